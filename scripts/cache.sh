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

# Packages of another architecture come through an apt of our own: its lists, its cache, the
# host's sources and keys. The host's dpkg never hears of that architecture.
use_apt() {
	if [ "$1" = "$(dpkg --print-architecture)" ]; then
		return
	fi
	local root=$cache/apt-$1
	export APT_CONFIG=$root/apt.conf
	if [ ! -e "$root/.ready" ]; then
		mkdir -p "$root/lists/partial" "$root/cache/archives/partial" "$root/etc"
		: >"$root/status"
		cat >"$root/apt.conf" <<-END
		APT::Architecture "$1";
		APT::Architectures { "$1"; "amd64"; };
		APT::Sandbox::User "";
		Dir::State "$root";
		Dir::State::lists "$root/lists";
		Dir::State::status "$root/status";
		Dir::Cache "$root/cache";
		Dir::Etc::sourcelist "$root/etc/sources.list";
		Dir::Etc::sourceparts "-";
		Acquire::Languages "none";
		END
		# shellcheck disable=SC2016 # apt expands these
		APT_CONFIG='' apt-get indextargets 'Created-By: Packages' \
			--format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' |
			sed -n "s|^Debian \(.*\)|deb [arch=$1,amd64] \1|p" |
			sort -u >"$root/etc/sources.list"
		[ -s "$root/etc/sources.list" ] ||
			die "apt knows no Debian source; run apt-get update"
		say "fetching the package lists of $1 (about 10 MB)"
		# One stale mirror is no reason to stop: what is missing shows at the download.
		apt-get -q=2 update >&2 || say "not every list came; going on with those that did"
		: >"$root/.ready"
	fi
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
