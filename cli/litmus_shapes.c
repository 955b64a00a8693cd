// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include <linux/dmactl.h>

#include "litmus.h"

#define MEMCPY	(1ULL << DMACTL_OP_MEMCPY)
#define XOR	(1ULL << DMACTL_OP_XOR)

/* Random data against bytes that are all alike: what is stale never looks right. */
const struct litmus_shape litmus_shapes[] = {
	{ .name = "read-after-write",
	  .what = "a copy reads what the one before wrote",
	  .operations = MEMCPY,
	  .bufs = "buf a $S; buf b $S; buf c $S\n",
	  .round = "fill a random; fill b 0x11; fill c 0x22\n"
		   "memcpy b <- a; fence\n"
		   "memcpy c <- b\n"
		   "tally c == a\n" },
	{ .name = "write-after-write",
	  .what = "the second of two copies to one place stays",
	  .operations = MEMCPY,
	  .bufs = "buf a $S; buf b $S; buf c $S\n",
	  .round = "fill a random; fill b random; fill c 0x22\n"
		   "memcpy c <- a; fence\n"
		   "memcpy c <- b\n"
		   "tally c == b\n" },
	{ .name = "write-after-read",
	  .what = "a copy reads before the next one writes there",
	  .operations = MEMCPY,
	  .bufs = "buf a $S; buf b $S; buf c $S\n",
	  .round = "fill a random; fill b 0x11; fill c 0x22\n"
		   "memcpy c <- b; fence\n"
		   "memcpy b <- a\n"
		   "tally c == 0x11\n" },
	{ .name = "pipeline",
	  .what = "three stages, each reads what the one before wrote",
	  .operations = MEMCPY,
	  .bufs = "buf a $S; buf b $S; buf c $S; buf d $S\n",
	  .round = "fill a random; fill b 0x11; fill c 0x22; fill d 0x33\n"
		   "memcpy b <- a; fence\n"
		   "memcpy c <- b; fence\n"
		   "memcpy d <- c\n"
		   "tally d == a\n" },
	{ .name = "fan-in-xor",
	  .what = "an xor reads what two copies wrote",
	  .operations = MEMCPY | XOR,
	  .bufs = "buf a $S; buf b $S; buf c $S; buf d $S; buf e $S\n",
	  .round = "fill a random; fill b random; fill c 0x11; fill d 0x22; fill e 0x44\n"
		   "memcpy c <- a; fence\n"
		   "memcpy d <- b; fence\n"
		   "xor e <- c, d\n"
		   "tally e == xor(a, b)\n" },
	{ .name = "fan-out",
	  .what = "three copies read what one wrote",
	  .operations = MEMCPY,
	  .bufs = "buf a $S; buf b $S; buf c 3 * $S\n",
	  .round = "fill a random; fill b 0x11; fill c 0x22\n"
		   "memcpy b <- a; fence\n"
		   "memcpy c[0 + $S] <- b; memcpy c[$S + $S] <- b; memcpy c[2 * $S + $S] <- b\n"
		   "tally c[0 + $S] == a; tally c[$S + $S] == a; tally c[2 * $S + $S] == a\n" },
	{ .name = "hand-over",
	  .what = "a channel reads what another one, busy before, wrote",
	  .operations = MEMCPY,
	  .two = true,
	  .bufs = "buf a $S; buf b $S; buf c $S; buf u 4 * $S; buf v 4 * $S\n",
	  .round = "fill a random; fill b 0x11; fill c 0x22\n"
		   "on x memcpy v[0 + $S] <- u[0 + $S]; on x memcpy v[$S + $S] <- u[$S + $S]\n"
		   "on x memcpy v[2 * $S + $S] <- u[2 * $S + $S]\n"
		   "A: on x memcpy b <- a\n"
		   "on y memcpy c <- b %after A\n"
		   "tally c == a\n" },
	{ .name = "ping-pong",
	  .what = "there and back, while the origin is written over",
	  .operations = MEMCPY,
	  .bufs = "buf a $S; buf b $S; buf c $S\n",
	  .round = "fill a 0x11; fill b 0x22; fill c random\n"
		   "memcpy b <- a; fence\n"
		   "memcpy a <- c; fence\n"
		   "memcpy a <- b\n"
		   "tally a == 0x11\n" },
	{ .name = "mid-batch",
	  .what = "a fence amid operations that have nothing to do with it",
	  .operations = MEMCPY,
	  .bufs = "buf a $S; buf b $S; buf c $S; buf u 4 * $S; buf v 4 * $S\n",
	  .round = "fill a random; fill b 0x11; fill c 0x22; fill u random; fill v 0x33\n"
		   "memcpy v[0 + $S] <- u[0 + $S]; memcpy v[$S + $S] <- u[$S + $S]\n"
		   "memcpy b <- a; fence\n"
		   "memcpy v[2 * $S + $S] <- u[2 * $S + $S]\n"
		   "memcpy c <- b\n"
		   "memcpy v[3 * $S + $S] <- u[3 * $S + $S]\n"
		   "tally c == a; tally v == u\n" },
	{ .name = "write-then-issue",
	  .what = "an operation reads what the CPU wrote before it",
	  .operations = MEMCPY,
	  .cpu = true,
	  .bufs = "buf a $S; buf b $S\n",
	  .round = "fill a random; fill b 0x11\n"
		   "memcpy b <- a; fence\n"
		   "tally b == a\n" },
	{ .name = "callback-then-read",
	  .what = "the CPU reads what is said to be complete",
	  .operations = MEMCPY,
	  .cpu = true,
	  .bufs = "buf a 4 * $S; buf b 4 * $S\n",
	  .round =
		  "fill a random; fill b 0x11\n"
		  "memcpy b[0 + $S] <- a[0 + $S]; memcpy b[$S + $S] <- a[$S + $S]\n"
		  "memcpy b[2 * $S + $S] <- a[2 * $S + $S]; memcpy b[3 * $S + $S] <- a[3 * $S + $S]\n"
		  "fence\n"
		  "tally b == a\n" },
	{ .name = "neighbours",
	  .what = "operations write parts of one cache line",
	  .operations = MEMCPY,
	  .line = true,
	  .bufs = "buf a 64; buf b 64\n",
	  .round = "fill a random; fill b 0x11\n"
		   "memcpy b[0 + $H] <- a[0 + $H]; fence\n"
		   "memcpy b[64 - $H + $H] <- a[64 - $H + $H]; fence\n"
		   "memcpy b[$H .. 64 - $H] <- a[$H .. 64 - $H]\n"
		   "tally b == a\n" },
	{ .name = NULL },
};
