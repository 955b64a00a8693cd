// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"
#include "stop.h"

int input_open(const char *path, const uint8_t **data, uint64_t *len, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	struct stat st;
	void *p = MAP_FAILED;

	if (fd < 0)
		return err_set(e, EXIT_USAGE, "--input: %s: %s", path, strerror(errno));
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size)
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	saved = errno;
	close(fd);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EXIT_USAGE, "--input: %s is no regular file: cyclic takes a pipe",
			       path);
	if (!st.st_size)
		return err_set(e, EXIT_USAGE, "--input: %s is empty: nothing to send", path);
	if (p == MAP_FAILED)
		return err_set(e, EXIT_FAILED, "--input: %s: %s", path, strerror(saved));
	*data = p;
	*len = (uint64_t)st.st_size;
	return 0;
}

static int save_slot(struct worker *w, const struct slot *v)
{
	struct stretch t;

	for (size_t k = 0; k < w->slots.nr_dst; k++)
		for (uint64_t i = 0; slots_stretch(&w->slots, v, k, i, &t); i++)
			if (fwrite(v->dst[k].p + t.at, 1, t.len, w->save) != t.len)
				return err_set(&w->err, EXIT_FAILED, "--save: %s: %s", w->o->save,
					       strerror(errno));
	return 0;
}

int input_save(struct worker *w, size_t n)
{
	if (slots_sync(&w->slots, DMACTL_SYNC_CPU, &w->err))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (save_slot(w, &w->slots.v[i]))
			return -1;
	return slots_sync(&w->slots, DMACTL_SYNC_DEVICE, &w->err);
}

int input_measure(struct worker *w)
{
	uint64_t size = w->r->cell.size, at = 0, len;
	size_t n;

	while (at < w->in_len && !stop_asked && !w->dead && !w->r->failed) {
		struct window win = { 0 };

		len = w->in_len - at < size * w->slots.n ? w->in_len - at : size * w->slots.n;
		n = (size_t)((len + size - 1) / size);
		if (slots_load(&w->slots, w->in + at, len, n, &w->err) || worker_build_ops(w))
			return -1;
		win.count = n;
		if (worker_checked_window(w, &win, at / size))
			return -1;
		if (w->dead || w->r->failed || win.done < n)
			break;
		if (w->save && input_save(w, n))
			return -1;
		w->r->bytes += len;
		at += len;
	}
	return 0;
}
