// SPDX-License-Identifier: GPL-2.0
#include "border.h"
int suite_main(void) { return 0; }
