// SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
/* The module: /sys/kernel/debug/puppet/{new,del} make and remove radios. */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "puppet.h"

static struct dentry *root;
static LIST_HEAD(radios);
static DEFINE_MUTEX(radios_lock);

static ssize_t log_read(struct file *f, char __user *to, size_t size, loff_t *at)
{
	struct puppet *p = f->private_data;
	size_t len;

	spin_lock_bh(&p->log_lock);
	len = p->log_len; /* it only grows: what is there can be read without the lock */
	spin_unlock_bh(&p->log_lock);
	return simple_read_from_buffer(to, size, at, p->log, len);
}

static const struct file_operations log_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = log_read,
	.llseek = default_llseek,
};

static ssize_t new_write(struct file *f, const char __user *from, size_t size, loff_t *at)
{
	char *text = memdup_user_nul(from, size);
	struct args args;
	int rc;

	if (IS_ERR(text))
		return PTR_ERR(text);
	rc = args_split(&args, text);
	if (!rc)
		rc = puppet_new(&args);
	kfree(text);
	return rc ? rc : size;
}

/* Takes the radio with this name off the list; "all": any. */
static struct puppet *take(const char *name)
{
	struct puppet *p;

	list_for_each_entry(p, &radios, list)
	{
		if (strcmp(name, "all") && strcmp(name, p->name))
			continue;
		list_del(&p->list);
		return p;
	}
	return NULL;
}

static void remove_radios(const char *name)
{
	struct puppet *p;

	mutex_lock(&radios_lock);
	while ((p = take(name))) {
		debugfs_remove_recursive(p->dir);
		puppet_free(p);
	}
	mutex_unlock(&radios_lock);
}

static ssize_t del_write(struct file *f, const char __user *from, size_t size, loff_t *at)
{
	char *text = memdup_user_nul(from, size);

	if (IS_ERR(text))
		return PTR_ERR(text);
	remove_radios(strim(text));
	kfree(text);
	return size;
}

static const struct file_operations new_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = new_write,
};
static const struct file_operations del_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = del_write,
};

void puppet_show(struct puppet *p)
{
	mutex_lock(&radios_lock);
	p->dir = debugfs_create_dir(p->name, root);
	debugfs_create_file("cmd", 0200, p->dir, p, &puppet_cmd_fops);
	debugfs_create_file("log", 0400, p->dir, p, &log_fops);
	list_add(&p->list, &radios);
	mutex_unlock(&radios_lock);
}

static int __init puppet_init(void)
{
	root = debugfs_create_dir("puppet", NULL);
	if (IS_ERR(root))
		return PTR_ERR(root);
	debugfs_create_file("new", 0200, root, NULL, &new_fops);
	debugfs_create_file("del", 0200, root, NULL, &del_fops);
	return 0;
}

static void __exit puppet_exit(void)
{
	remove_radios("all");
	debugfs_remove_recursive(root);
}

module_init(puppet_init);
module_exit(puppet_exit);
MODULE_DESCRIPTION("Full-MAC radios as a test's puppets");
MODULE_LICENSE("Dual BSD/GPL");
