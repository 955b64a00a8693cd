#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# When scripts/vm builds the modules and the tool again, and when it takes those that are there.
. "$(dirname "$0")/lib.sh"

cat >"$T/prepare.py" <<'END'
import os
import vmkernel


class Kernel(vmkernel.Kernel):
    def build_modules(self):
        return make("modules", self.stage + "/lib/modules/9.9/updates/dmactl.ko")


def make(what, path):
    print(what)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").close()
    return 0, ""


vmkernel.build_tool = lambda arch: make("tool", vmkernel.tool_path(arch))
Kernel("none", "guest", "9.9").prepare()
END

# builds WANT NAME: so much is built when a guest is to be booted
builds() {
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here/../../scripts DMACTL_BUILD=$T/build \
		python3 "$T/prepare.py" >"$T/out" 2>"$T/err"
	rc=$?
	[ $rc = 0 ] && [ "$(oneline "$T/out")" = "$1" ]
	point "$2"
}

builds 'modules tool ' 'both, the first time'
builds '' 'neither, when nothing changed'
rm "$T/build/cli-host/dmactl"
builds 'tool ' 'the tool, when it is gone'
rm -r "$T/build/guest/stage"
builds 'modules ' 'the modules, when they are gone'
builds '' '... and then neither'
done_testing
