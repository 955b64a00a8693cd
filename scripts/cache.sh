# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by scripts/fetch-*: where things are kept between runs, and one builder at a time.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${DMACTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dmactl}
prog=$(basename "$0")
mkdir -p "$cache/src"
export here cache

say() {
	echo "$prog: $*" >&2
}

die() {
	say "$@"
	exit 1
}

cut_key() {
	cut -c1-10
}

# One at a time, held until the script ends. Children must not inherit it for longer.
lock() {
	exec 9>"$cache/.lock-$1"
	if ! flock -n 9; then
		say "another run is preparing the same thing, waiting for it"
		flock 9
	fi
}

# own_apt NAME ARCHITECTURES [SETTING]: an apt of our own, with its lists and its cache, and with
# the host's keys. The host's own apt and dpkg never hear of what it does.
own_apt() {
	apt_root=$cache/apt-$1
	export APT_CONFIG=$apt_root/apt.conf
	mkdir -p "$apt_root/lists/partial" "$apt_root/cache/archives/partial" "$apt_root/etc"
	: >"$apt_root/status"
	cat >"$apt_root/apt.conf" <<-END
	APT::Architecture "${2%%,*}";
	APT::Architectures { $(echo "\"$2\";" | sed 's/,/"; "/g') };
	APT::Sandbox::User "";
	Dir::State "$apt_root";
	Dir::State::lists "$apt_root/lists";
	Dir::State::status "$apt_root/status";
	Dir::Cache "$apt_root/cache";
	Dir::Etc::sourcelist "$apt_root/etc/sources.list";
	Dir::Etc::sourceparts "-";
	Acquire::Languages "none";
	${3:-}
	END
}

# The package indexes that the host's own apt knows, in this format.
host_indexes() {
	APT_CONFIG='' apt-get indextargets 'Created-By: Packages' --format "$1"
}

# Packages of another architecture come from the host's sources.
use_apt() {
	if [ "$1" = "$(dpkg --print-architecture)" ]; then
		return
	fi
	if [ -e "$cache/apt-$1/.ready" ]; then
		export APT_CONFIG=$cache/apt-$1/apt.conf
		return
	fi
	own_apt "$1" "$1,amd64"
	# shellcheck disable=SC2016 # apt expands these
	host_indexes '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' |
		sed -n "s|^Debian \(.*\)|deb [arch=$1,amd64] \1|p" |
		sort -u >"$apt_root/etc/sources.list"
	[ -s "$apt_root/etc/sources.list" ] || die "apt knows no Debian source; run apt-get update"
	say "fetching the package lists of $1 (about 10 MB)"
	# One stale mirror is no reason to stop: what is missing shows at the download.
	apt-get -q=2 update >&2 || say "not every list came; going on with those that did"
	: >"$apt_root/.ready"
}

# The newest of all, whatever release this host has; its lists are fetched anew each time. A
# mirror that is a snapshot is older than its own validity.
use_unstable() {
	local mirror
	own_apt unstable "$(dpkg --print-architecture)" 'Acquire::Check-Valid-Until "false";'
	# shellcheck disable=SC2016 # apt expands these
	mirror=$(host_indexes '$(LABEL) $(REPO_URI)' | sed -n 's/^Debian //p' | sort -u | head -n 1)
	echo "deb ${mirror:-http://deb.debian.org/debian} unstable main" \
		>"$apt_root/etc/sources.list"
	say "fetching the package lists of unstable (about 10 MB)"
	apt-get -q=2 -o APT::Update::Error-Mode=any update >&2
}

# download DIR PACKAGE...
download() {
	local to=$1 size
	shift
	size=$(apt-get -q download --print-uris "$@" |
		awk '{ n += $3 } END { printf "%d", n / 1e6 }')
	say "downloading $size MB: $*"
	if ! (cd "$to" && apt-get -q=2 -o APT::Sandbox::User="" download "$@" >&2); then
		[ -z "${APT_CONFIG:-}" ] || rm -f "${APT_CONFIG%/*}/.ready"
		die "the download failed; try again, after apt-get update"
	fi
}
