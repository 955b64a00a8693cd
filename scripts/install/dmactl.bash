# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion for bash. It knows no option: it asks dmactl COMMAND --complete for them, and the
# channels are those that are there at this moment.

# Adds what a value of this kind, as the help calls it, may be; BEFORE it stands that part of $cur.
_dmactl_values() { # KIND BEFORE
	local more=()
	case $1 in
	*CHANNEL*)
		mapfile -t more < <("$dmactl" list --format names 2>/dev/null)
		more+=(any sim:any)
		;;
	*FILE* | BASE* | DIR)
		compopt -o filenames 2>/dev/null
		mapfile -t more < <(compgen -f -- "${cur#"$2"}")
		;;
	*[A-Z]*) ;;
	*'|'*) IFS='|' read -ra more <<<"$1" ;;
	esac
	words+=("${more[@]/#/$2}")
}

# What could stand in place of $cur, which follows $prev, in a command.
_dmactl_words() { # COMMAND...
	local long letter kind options=()
	while IFS=$'\t' read -r long letter kind _; do
		case $long in
		--[a-z]*)
			if [[ $kind != - && ($prev == "$letter" || $prev == "$long") ]]; then
				words=()
				_dmactl_values "$kind" ''
				return
			fi
			[[ $cur != "$long="* ]] || _dmactl_values "$kind" "$long="
			[[ $kind == - ]] || long+==
			[[ $cur == --*=* ]] || options+=("$long")
			;;
		[a-z]*) words+=("$long") ;;
		*) [[ $cur == -* ]] || _dmactl_values "$long" '' ;;
		esac
	done < <("$dmactl" "$@" --complete 2>/dev/null)
	[[ $cur != -* && ${#words[@]} -gt 0 ]] || words+=("${options[@]}")
}

_dmactl() {
	local typed dmactl cur prev word skip command=() words=()
	read -ra typed <<<"${COMP_LINE:0:COMP_POINT}"
	[[ ${COMP_LINE:0:COMP_POINT} != *[[:space:]] ]] || typed+=('')
	dmactl=${typed[0]} cur=${typed[-1]} prev=${typed[-2]}
	COMPREPLY=()
	for word in "${typed[@]:1:${#typed[@]}-2}"; do
		[[ $word != -- ]] || return
		[[ ${#command[@]} == 0 || ${command[*]} == sim ]] || continue
		[[ $word == -* ]] || command+=("$word")
	done
	_dmactl_words "${command[@]}"
	# Bash replaces only what follows the last of these, where they part words.
	skip=${cur%"${cur##*[:=]}"}
	[[ $COMP_WORDBREAKS == *:* && $COMP_WORDBREAKS == *=* ]] || skip=
	for word in "${words[@]}"; do
		[[ $word != "$cur"* ]] || COMPREPLY+=("${word#"$skip"}")
	done
	[[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}

complete -F _dmactl dmactl
