#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Streams with one fault and a slow reader, drawn at random, against the number of periods that the
# fake has made: never more are counted, and all of them where that is called exact.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any

# draw SEED: FAKE, FAULT and the command, a line each
draw() {
	python3 - "$1" <<'END'
import random, sys
pick = random.Random(int(sys.argv[1]))
step = pick.choice((1000, 20000, 1000000))
ring = pick.choice((2, 3, 4, 5, 8, 16, 64))
fake = ["ring", f"step={step}", *pick.choice(([], [], ["coarse"], ["segment"], ["room=5"]))]
slow = pick.choice((None, "flood", "drag"))
fault = [f"{slow}={int(step * pick.choice((.5, 1.5, 3, 10, 50, 300)))}"] if slow else []
told = pick.random() < .7
# Who calls back once a round looks like who calls back once a period, where the data do not tell.
fault += pick.choice(([], [], ["skip=7"] * told, ["omit=7"] * told, ["hush=50 for=7"], ["backlog=5"],
                      [f"coalesce={n}" for n in (2, 3, 8) if told or n < ring][-1:]))
period = f"--period {pick.choice((64, 36, 4000))}" if told else "--width 2 --period 66"
end = pick.choice(("-n 200", f"-t {step // 10}us"))
print(" ".join(fake), " ".join(fault), f"--periods {ring} {period} {end}", sep="\n")
END
}

for seed in $(seq "${SEEDS:-60}"); do
	draw "$seed" >"$T/drawn"
	{ read -r FAKE && read -r FAULT && read -r command; } <"$T/drawn"
	# shellcheck disable=SC2086 # several options
	run cyclic -d dev-to-mem $command -j
	made=$(sed -n 's/^done //p' "$T/log")
	js "$seed: [$FAKE] <$FAULT> $command" "[n := r['periods'] + r['periods_lost'],
		most := $made * (1 + ('skip' in '$FAULT')),
		not r['verify']['mismatches'] and not r['repeated'] and
		('skip' in '$FAULT' or 'omit' in '$FAULT' or not r['skipped']) and
		(n <= most or r['ended_by'] == 'count' and n == 200) and
		(not r['lost_exact'] or n >= (200 if r['ended_by'] == 'count' else $made - 3))][-1]"
done
done_testing
