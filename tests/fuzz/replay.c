/* Replays a corpus through a fuzz entry, under whatever sanitizers it was built with.
 * usage: replay_X FILE-OR-DIR...   Fails when there is nothing to replay. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned replayed;

static void replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (!f) {
		perror(path);
		exit(1);
	}
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	/* Exactly `size` bytes, so that one byte too far is seen. */
	data = malloc(size > 0 ? (size_t)size : 1);
	if (!data || fread(data, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		exit(1);
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	/* And every truncation of small inputs. */
	for (long cut = size - 1; size <= 2048 && cut >= 0; cut--) {
		uint8_t *shorter = malloc(cut > 0 ? (size_t)cut : 1);
		memcpy(shorter, data, (size_t)cut);
		LLVMFuzzerTestOneInput(shorter, (size_t)cut);
		free(shorter);
	}
	free(data);
	replayed++;
}

static void replay(const char *path)
{
	struct stat st;
	DIR *dir;

	if (stat(path, &st) < 0) {
		perror(path);
		exit(1);
	}
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path);
		return;
	}
	dir = opendir(path);
	for (struct dirent *e; dir && (e = readdir(dir));) {
		char name[4096];
		if (e->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		replay(name);
	}
	if (dir)
		closedir(dir);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("%u inputs replayed\n", replayed);
	return replayed ? 0 : 1;
}
