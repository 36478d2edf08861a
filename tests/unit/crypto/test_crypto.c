/* src/crypto against published vectors; where none is published, against values from Python's
 * hashlib and integers (an independent implementation). */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "utils/text.h"

static size_t unhex(const char *hex, uint8_t *out, size_t cap)
{
	int n = hex_decode(hex, strlen(hex), out, cap);
	assert_true(n >= 0);
	return (size_t)n;
}

static void expect_hex(const uint8_t *got, const char *hex)
{
	uint8_t want[512];
	size_t n = unhex(hex, want, sizeof(want));
	assert_memory_equal(got, want, n);
}

static void test_digests(void **state)
{
	uint8_t out[SHA256_LEN];
	const struct crypto_part parts[] = {{"a", 1}, {"", 0}, {"bc", 2}};

	assert_int_equal(sha1(parts, 3, out), 0); /* FIPS 180 */
	expect_hex(out, "a9993e364706816aba3e25717850c26c9cd0d89d");
	assert_int_equal(sha256(parts, 3, out), 0);
	expect_hex(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(sha256(NULL, 0, out), 0);
	expect_hex(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void test_hmac(void **state)
{
	uint8_t key[131], data[64], out[SHA256_LEN];
	struct crypto_part part = {"Hi There", 8};

	/* RFC 2202 test 1, RFC 4231 tests 1, 2, 3, 6 */
	memset(key, 0x0b, 20);
	assert_int_equal(hmac_sha1(key, 20, &part, 1, out), 0);
	expect_hex(out, "b617318655057264e28bc0b6fb378c8ef146be00");
	assert_int_equal(hmac_sha256(key, 20, &part, 1, out), 0);
	expect_hex(out, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");

	const struct crypto_part two[] = {{"what do ya want ", 16}, {"for nothing?", 12}};
	assert_int_equal(hmac_sha1((const uint8_t *)"Jefe", 4, two, 2, out), 0);
	expect_hex(out, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	assert_int_equal(hmac_sha256((const uint8_t *)"Jefe", 4, two, 2, out), 0);
	expect_hex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");

	memset(key, 0xaa, sizeof(key));
	memset(data, 0xdd, 50);
	part = (struct crypto_part){data, 50};
	assert_int_equal(hmac_sha256(key, 20, &part, 1, out), 0);
	expect_hex(out, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
	const char *text = "Test Using Larger Than Block-Size Key - Hash Key First";
	part = (struct crypto_part){text, strlen(text)};
	assert_int_equal(hmac_sha256(key, 131, &part, 1, out), 0);
	expect_hex(out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void test_hmac_empty_key(void **state)
{
	uint8_t out[SHA256_LEN];
	/* A key given before must not leak into the call with the empty one. */
	assert_int_equal(hmac_sha256((const uint8_t *)"Jefe", 4, NULL, 0, out), 0);
	assert_int_equal(hmac_sha256(NULL, 0, NULL, 0, out), 0);
	expect_hex(out, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void test_cmac(void **state)
{
	/* RFC 4493, section 4 */
	uint8_t key[16], m[64], out[16];
	unhex("2b7e151628aed2a6abf7158809cf4f3c", key, sizeof(key));
	unhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
	      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
		m, sizeof(m));
	static const struct {
		size_t len;
		const char *mac;
	} rows[] = {
		{0, "bb1d6929e95937287fa37d129b756746"},
		{16, "070a16b46b4d4144f79bdd9dd04a287c"},
		{40, "dfa66747de9ae63030ca32611497c827"},
		{64, "51f0bebf7e3b9d92fc49741779363cfe"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct crypto_part parts[] = {
			{m, rows[i].len / 3}, {m + rows[i].len / 3, rows[i].len - rows[i].len / 3}};
		assert_int_equal(aes_cmac(key, parts, 2, out), 0);
		expect_hex(out, rows[i].mac);
	}
}

static void test_prf_sha1(void **state)
{
	/* IEEE 802.11-2020, J.3.2 */
	uint8_t key[20], out[64];
	memset(key, 0x0b, sizeof(key));
	assert_int_equal(prf_sha1(key, 20, "prefix", "Hi There", 8, out, sizeof(out)), 0);
	expect_hex(out, "bcd4c650b30b9684951829e0d75f9d54b862175ed9f00606e17d8da35402ffee"
			"75df78c3d31e0f889f012120c0862beb67753e7439ae242edb8373698356cf5a");
	/* A shorter output is a prefix, whole blocks or not. */
	uint8_t part[64] = {0};
	assert_int_equal(prf_sha1(key, 20, "prefix", "Hi There", 8, part, 40), 0);
	assert_memory_equal(part, out, 40);
	assert_int_equal(part[40], 0);
	assert_int_equal(prf_sha1((const uint8_t *)"Jefe", 4, "prefix",
				 "what do ya want for nothing?", 28, out, sizeof(out)),
		0);
	expect_hex(out, "51f4de5b33f249adf81aeb713a3c20f4fe631446fabdfa58244759ae58ef9009"
			"a99abf4eac2ca5fa87e692c440eb40023e7babb206d61de7b92f41529092b8fc");
	assert_int_equal(prf_sha1(key, 20, "x", "", 0, out, 257), -EINVAL);
}

static void test_kdf_sha256(void **state)
{
	uint8_t key[32], data[76], out[48];
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(100 + i);
	assert_int_equal(
		kdf_sha256(key, 32, "Pairwise key expansion", data, 76, out, sizeof(out)), 0);
	expect_hex(out,
		"f8bee50e6e9cfe26a3d56c3b7f7281597fdae9918790e8f1d4f3eb0911fa6b7b86eacabc7adecc4a"
		"e7d581c5acb15cf9");
}

static void test_psk(void **state)
{
	/* IEEE 802.11-2020, J.4.2 */
	static const struct {
		const char *pass, *ssid, *psk;
	} rows[] = {
		{"password", "IEEE",
			"f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"},
		{"ThisIsAPassword", "ThisIsASSID",
			"0dc0d6eb90555ed6419756b9a15ec3e3209b63df707dd508d14581f8982721af"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ",
			"becb93866bb8c3832cb777c2f559807c8c59afcb6eae734885001300a981cc62"},
	};
	uint8_t psk[PMK_LEN];
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(psk_from_passphrase(rows[i].pass, (const uint8_t *)rows[i].ssid,
					 strlen(rows[i].ssid), psk),
			0);
		expect_hex(psk, rows[i].psk);
	}
	assert_int_equal(psk_from_passphrase("short12", (const uint8_t *)"x", 1, psk), -EINVAL);
	char long_pass[65];
	memset(long_pass, 'x', 64);
	long_pass[64] = 0;
	assert_int_equal(psk_from_passphrase(long_pass, (const uint8_t *)"x", 1, psk), -EINVAL);
}

static void test_key_wrap(void **state)
{
	/* RFC 3394, 4.1, 4.3, 4.6 */
	static const struct {
		size_t kek_len, len;
		const char *wrapped;
	} rows[] = {
		{16, 16, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"},
		{32, 16, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"},
		{32, 32,
			"28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43b"
			"fb988b9b7a02dd21"},
	};
	uint8_t kek[32], plain[32], wrapped[40], back[32];
	for (size_t i = 0; i < sizeof(kek); i++)
		kek[i] = (uint8_t)i;
	unhex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f", plain, 32);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(aes_wrap(kek, rows[i].kek_len, plain, rows[i].len, wrapped), 0);
		expect_hex(wrapped, rows[i].wrapped);
		assert_int_equal(
			aes_unwrap(kek, rows[i].kek_len, wrapped, rows[i].len + 8, back), 0);
		assert_memory_equal(back, plain, rows[i].len);
		for (size_t bit = 0; bit < (rows[i].len + 8) * 8; bit++) {
			wrapped[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(
				aes_unwrap(kek, rows[i].kek_len, wrapped, rows[i].len + 8, back),
				-EBADMSG);
			wrapped[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	assert_int_equal(aes_wrap(kek, 16, plain, 8, wrapped), -EINVAL);
	assert_int_equal(aes_wrap(kek, 16, plain, 17, wrapped), -EINVAL);
	assert_int_equal(aes_wrap(kek, 24, plain, 16, wrapped), -EINVAL);
	assert_int_equal(aes_unwrap(kek, 16, wrapped, 16, back), -EINVAL);
	assert_int_equal(aes_unwrap(kek, 16, wrapped, 25, back), -EINVAL);
}

static void test_cbc(void **state)
{
	/* NIST SP 800-38A, F.2.1 */
	uint8_t key[16], iv[16], buf[32], plain[32];
	unhex("2b7e151628aed2a6abf7158809cf4f3c", key, sizeof(key));
	unhex("000102030405060708090a0b0c0d0e0f", iv, sizeof(iv));
	unhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51", plain, 32);
	memcpy(buf, plain, 32);
	assert_int_equal(aes128_cbc_encrypt(key, iv, buf, 32, buf), 0); /* in place */
	expect_hex(buf, "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
	assert_int_equal(aes128_cbc_decrypt(key, iv, buf, 32, buf), 0);
	assert_memory_equal(buf, plain, 32);
	assert_int_equal(aes128_cbc_decrypt(key, iv, buf, 31, buf), -EINVAL);
}

static const char dh_a[] = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
static const char dh_b[] = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";
static const char dh_a_public[] =
	"fb12f3bd66565ca6cb8fb24b26e1bccd5d6d57f40f8dfdbcf30a81bbdf34ddd66b7e1bf62901cfcb"
	"0b6dd059ea24730fced4d0e4d516f81e8264144a39f466e850fd127a83357286c2e941d9cd99c6fe"
	"33e5201402d753871cda725fa5ce43a020b138c84ff7d4e794f506016d3dbdaef9605d19dae880b8"
	"8c7f603452d3adb981dc8030862d9bb6d8b4e2e18e8593efae7ca8dab7513bb7bbdd6e94bc9adf9a"
	"4168ab62bad7d015c9b4fdb27077b305c51b92d9c2c3baa4573d45c800b338dd";
static const char dh_shared[] =
	"6757b6b1d8ca04a7e6dad16e6bc2e2cb9df092431147ecd59f26489305d30edda7fc8aff65007583"
	"4b712078eef2e2e7e967172a9517c555da8ce0e2ac892e11ca3edfa9d166896bbae80ccfa79bd444"
	"a436647925d49a625e8a5b5552c7e4e348aba3c467437c831f0a94966e33416cc2033e3fc1d432d1"
	"edd1c255fa031b2b929f1409d19d54af2ddb8f0ba5d283cc6aaa358a2c3ac905096e33e1c1f0355c"
	"13bc0b08a4945749d6d0d4163f63b71dd06c53a79ac707da790f42ef0b0a4285";
/* A pair whose public key begins with a zero octet: padding must stay. */
static const char dh_z[] = "e3ebb9fe1a086e1a49c46bb9cdc5f78258313a5eff8e896329e28ecb4cfe3e93";
static const char dh_z_public[] =
	"00bed46dfc2ce3d61cfc2b1a2af32ce8be338dc9c2c8a6cf0ef5dde41cf83360fef9c950d78f79e2"
	"70ca441d96318c63d4691147592a7eb1bf4e2225784744afab8405200b412796a0ac5ec71500997a"
	"44e193732cd17ea81d54b6b1cb728d4de8b72441647480f0df723a27919ca60be9e8c1750d98d33f"
	"ec8d06a7c3581cc708736b04de0a1dc31d7476b5487b5be854b161ec20c267ac46ab6bb189af7c98"
	"bdeec3dcdc2a0f939353f43135b6d5f6ba18819c9102c3d299a13e9af53fd603";

static struct dh5 *dh_from_hex(const char *hex)
{
	uint8_t priv[32];
	struct dh5 *dh = dh5_from_private(priv, unhex(hex, priv, sizeof(priv)));
	assert_non_null(dh);
	return dh;
}

static void test_dh5_known(void **state)
{
	uint8_t pub_a[DH5_LEN], pub_b[DH5_LEN], pub_z[DH5_LEN], s1[DH5_LEN], s2[DH5_LEN];
	struct dh5 *a = dh_from_hex(dh_a), *b = dh_from_hex(dh_b), *z = dh_from_hex(dh_z);
	dh5_public(a, pub_a);
	dh5_public(b, pub_b);
	dh5_public(z, pub_z);
	expect_hex(pub_a, dh_a_public);
	expect_hex(pub_z, dh_z_public);
	assert_int_equal(pub_z[0], 0);
	assert_int_equal(dh5_shared(a, pub_b, DH5_LEN, s1), 0);
	assert_int_equal(dh5_shared(b, pub_a, DH5_LEN, s2), 0);
	expect_hex(s1, dh_shared);
	assert_memory_equal(s1, s2, DH5_LEN);
	/* A peer that strips leading zeros means the same number. */
	assert_int_equal(dh5_shared(a, pub_z, DH5_LEN, s1), 0);
	assert_int_equal(dh5_shared(a, pub_z + 1, DH5_LEN - 1, s2), 0);
	assert_memory_equal(s1, s2, DH5_LEN);
	struct bytes priv = {0};
	uint8_t want[32];
	assert_int_equal(dh5_private(a, &priv), 0);
	unhex(dh_a, want, sizeof(want));
	assert_true(bytes_equal(&priv, want, 32));
	bytes_clear(&priv);
	dh5_free(a);
	dh5_free(b);
	dh5_free(z);
}

static void test_dh5_fresh(void **state)
{
	struct dh5 *a = dh5_new(), *b = dh5_new();
	uint8_t pub_a[DH5_LEN], pub_b[DH5_LEN], s1[DH5_LEN], s2[DH5_LEN];
	assert_non_null(a);
	assert_non_null(b);
	dh5_public(a, pub_a);
	dh5_public(b, pub_b);
	assert_memory_not_equal(pub_a, pub_b, DH5_LEN);
	assert_int_equal(dh5_shared(a, pub_b, DH5_LEN, s1), 0);
	assert_int_equal(dh5_shared(b, pub_a, DH5_LEN, s2), 0);
	assert_memory_equal(s1, s2, DH5_LEN);
	dh5_free(a);
	dh5_free(b);
	dh5_free(NULL);
}

static void test_dh5_bad_peer(void **state)
{
	struct dh5 *a = dh5_new();
	uint8_t peer[DH5_LEN] = {0}, out[DH5_LEN];
	assert_int_equal(dh5_shared(a, peer, DH5_LEN, out), -EINVAL); /* 0 */
	peer[DH5_LEN - 1] = 1;
	assert_int_equal(dh5_shared(a, peer, DH5_LEN, out), -EINVAL); /* 1 */
	peer[DH5_LEN - 1] = 2;
	assert_int_equal(dh5_shared(a, peer, DH5_LEN, out), 0);
	unhex("ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
	      "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
	      "4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
	      "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05"
	      "98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb"
	      "9ed529077096966d670c354e4abc9804f1746c08ca237327ffffffffffffffff",
		peer, sizeof(peer));
	assert_int_equal(dh5_shared(a, peer, DH5_LEN, out), -EINVAL); /* p */
	peer[DH5_LEN - 1]--;
	assert_int_equal(dh5_shared(a, peer, DH5_LEN, out), -EINVAL); /* p-1 */
	peer[DH5_LEN - 1]--;
	assert_int_equal(dh5_shared(a, peer, DH5_LEN, out), 0); /* p-2 */
	assert_int_equal(dh5_shared(a, peer, 0, out), -EINVAL);
	assert_int_equal(dh5_shared(a, peer, DH5_LEN + 1, out), -EINVAL);
	memset(peer, 0xff, sizeof(peer));
	assert_null(dh5_from_private(peer, DH5_LEN)); /* above p */
	assert_null(dh5_from_private(peer, 0));
	dh5_free(a);
}

static void test_random(void **state)
{
	uint8_t a[32] = {0}, b[32] = {0};
	random_bytes(a, sizeof(a));
	random_bytes(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

/* RFC 2202, 2 */
static void test_hmac_md5(void **state)
{
	uint8_t key[16], out[MD5_LEN];
	const struct crypto_part hi = {"Hi There", 8};
	const struct crypto_part two[] = {{"what do ya want ", 16}, {"for nothing?", 12}};

	memset(key, 0x0b, sizeof(key));
	assert_int_equal(hmac_md5(key, 16, &hi, 1, out), 0);
	expect_hex(out, "9294727a3638bb1c13f48ef8158bfc9d");
	assert_int_equal(hmac_md5((const uint8_t *)"Jefe", 4, two, 2, out), 0);
	expect_hex(out, "750c783e6ab0b503eaa86e310a5db738");
}

/* RFC 6229 */
static void test_rc4(void **state)
{
	static const uint8_t zeros[16];
	const uint8_t key[] = {1, 2, 3, 4, 5};
	uint8_t out[16];

	rc4_skip(key, sizeof(key), 0, zeros, 16, out);
	expect_hex(out, "b2396305f03dc027ccc3524a0a1118a8");
	rc4_skip(key, sizeof(key), 256, zeros, 16, out);
	expect_hex(out, "1cfcf62b03eddb641d77dfcf7f8d8c93");
	memcpy(out, "Plaintext", 9);
	rc4_skip((const uint8_t *)"Key", 3, 0, out, 9, out);
	expect_hex(out, "bbf316e8d940af0ad3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_hmac_empty_key),
		cmocka_unit_test(test_hmac_md5),
		cmocka_unit_test(test_rc4),
		cmocka_unit_test(test_cmac),
		cmocka_unit_test(test_prf_sha1),
		cmocka_unit_test(test_kdf_sha256),
		cmocka_unit_test(test_psk),
		cmocka_unit_test(test_key_wrap),
		cmocka_unit_test(test_cbc),
		cmocka_unit_test(test_dh5_known),
		cmocka_unit_test(test_dh5_fresh),
		cmocka_unit_test(test_dh5_bad_peer),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
