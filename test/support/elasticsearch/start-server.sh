#!/usr/bin/env bash
# Starts the Elasticsearch that Elastic publishes on Maven Central for integration tests: a real server
# without ES|QL. Needs Maven and a JDK of 21 or later. Runs in the foreground until it is told to stop.
# usage: start-server.sh DIR PORT [ROLE]    DIR must be reachable by other users where this one is root
# With ROLE, a role as JSON, security is on: user sentinel has that role, admin every right, and both
# have the password sentinel-test.
set -euo pipefail

readonly VERSION=9.2.0
readonly directory="$1" port="$2" role="${3:-}"
readonly home="$directory/elasticsearch-$VERSION"

find_java_home() {
  local candidate version
  for candidate in "${ES_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    [ -x "$candidate/bin/java" ] || continue
    version="$("$candidate/bin/java" -version 2>&1 | sed -nE '1s/.*"([0-9]+).*/\1/p')"
    if [ "${version:-0}" -ge 21 ]; then
      echo "$candidate"
      return
    fi
  done
  echo 'there is no JDK of 21 or later in /usr/lib/jvm, and ES_JAVA_HOME names none' >&2
  return 1
}

command -v mvn >/dev/null || { echo 'there is no Maven' >&2; exit 1; }
java_home="$(find_java_home)"
mkdir -p "$directory/tmp"
if [ ! -d "$home" ]; then
  mvn -q -B dependency:copy "-DoutputDirectory=$directory" \
    "-Dartifact=org.elasticsearch.distribution.integ-test-zip:elasticsearch:$VERSION:zip"
  (cd "$directory" && "$java_home/bin/jar" xf "elasticsearch-$VERSION.zip")
  chmod +x "$home"/bin/* "$home"/lib/tools/*/* 2>/dev/null || true
fi
cat >"$home/config/elasticsearch.yml" <<EOF
discovery.type: single-node
network.host: 127.0.0.1
http.port: $port
transport.port: 0
xpack.security.enabled: $([ -n "$role" ] && echo true || echo false)
cluster.routing.allocation.disk.threshold_enabled: false
EOF

readonly configuration="$home/config"
rm -f "$configuration/users" "$configuration/users_roles"
if [ -n "$role" ]; then
  # JSON is YAML, and each role begins a line.
  echo "sentinel: $(tr '\n' ' ' <"$role")" >"$configuration/roles.yml"
  touch "$configuration/users" "$configuration/users_roles"
  for user in sentinel:sentinel admin:superuser; do
    ES_JAVA_HOME="$java_home" "$home/bin/elasticsearch-users" useradd "${user%%:*}" -p sentinel-test -r "${user##*:}"
  done
fi

as_owner=()
# It refuses to run as root.
if [ "$(id -u)" = 0 ]; then
  chown -R nobody "$directory"
  as_owner=(setpriv --reuid=nobody --clear-groups)
fi
exec "${as_owner[@]}" env HOME="$directory" ES_TMPDIR="$directory/tmp" ES_JAVA_HOME="$java_home" \
  ES_JAVA_OPTS='-Xms512m -Xmx512m' "$home/bin/elasticsearch"
