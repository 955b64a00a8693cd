// SPDX-License-Identifier: GPL-2.0
#include "cmd.h"

int main(int argc, char **argv)
{
	return dmactl_main(&backend_kernel, argc, argv);
}
