#!/bin/sh
# For revision mode: starts Datasette on the release that DYNASETTE_RELEASE names, in the
# bucket mounted at MOUNT. A server that came up without its data would look healthy, so
# whatever is missing ends this, and the revision before goes on serving. The release 0 is
# what the image shows before there is any.
set -eu

fail() {
	echo "start.sh: $*" >&2
	exit 1
}

# A mounted bucket may not show at once what is in it: wait_until TEST FILE waits, for PATIENCE
# seconds in all.
left=${PATIENCE:-20}
wait_until() {
	until test "$1" "$2"; do
		[ "$left" -gt 0 ] || return 1
		left=$((left - 1))
		sleep 1
	done
}

release=${DYNASETTE_RELEASE:-}
mount=${MOUNT:-/mnt/serving}
[ -n "$release" ] || fail "DYNASETTE_RELEASE is empty: it has to name the release to serve"
case $release in
*[!0-9a-z-]*) fail "DYNASETTE_RELEASE=$release is not the name of a release" ;;
esac
[ -n "${DATASETTE_SECRET:-}" ] || fail "DATASETTE_SECRET is empty: visitors would be signed out by every release"
wait_until -d "$mount" || fail "nothing is mounted at $mount"

if [ "$release" = 0 ]; then
	documents=$(dirname "$0")/first
else
	documents=$mount/releases/$release
fi
for file in inspect-data.json metadata.json; do
	wait_until -s "$documents/$file" || fail "there is no release $release: $documents/$file is missing"
done

# Datasette wants all of a release in one folder: a folder of links, to the documents and,
# under the names that files.txt gives them, to the databases. Nothing is copied.
folder=$documents
if [ "$release" != 0 ]; then
	wait_until -f "$documents/files.txt" || fail "there is no release $release: $documents/files.txt is missing"
	folder=$(mktemp -d) || fail "no folder for the links"
	for file in "$documents"/*; do
		ln -s "$file" "$folder/"
	done
	while read -r name object; do
		case $name/$object in
		*/*/*.db) ;;
		*) fail "$documents/files.txt is no list of databases: $name $object" ;;
		esac
		wait_until -f "$mount/$object" || fail "release $release lacks $name: $mount/$object is missing"
		ln -s "$mount/$object" "$folder/$name"
	done <"$documents/files.txt"
fi

# inspect-data.json makes Datasette open the databases as immutable: nothing is locked, and
# nothing is counted or hashed at the start.
exec datasette serve "$folder" --host 0.0.0.0 --port "${PORT:-8080}" --version-note "$release" --cors --setting force_https_urls 1
