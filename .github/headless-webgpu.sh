#!/usr/bin/env bash
# Runs a command on a Debian or Ubuntu machine where headless Chrome has WebGPU; installs Chrome where there is none.
#
#   headless-webgpu.sh [--minutes N] [--adapter software|hardware] COMMAND [ARGUMENT …]
#
# The command finds
#   CHROME_PATH, CHROME_BIN, PUPPETEER_EXECUTABLE_PATH, WEBGPU_ACTIVATIONS_CHROME   the browser
#   CHROME_WEBGPU_FLAGS   what to start it with
#   VK_DRIVER_FILES       with software: the driver that Chrome ships, for Dawn in Node and for Deno
# The exit status is the command's, 124 where it took too long, 2 for wrong usage, 4 where no Chrome could be had.
set -euo pipefail

stop() {
  echo "headless-webgpu: $2" >&2
  exit "$1"
}

minutes=10
adapter=software
while [ $# -gt 0 ]; do
  case $1 in
    --minutes) minutes=${2-} && shift 2 || stop 2 'expected a number after --minutes' ;;
    --adapter) adapter=${2-} && shift 2 || stop 2 'expected software or hardware after --adapter' ;;
    --) shift && break ;;
    -*) stop 2 "expected --minutes or --adapter, got $1" ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || stop 2 'expected a command'
[[ $minutes =~ ^[0-9]+(\.[0-9]+)?$ ]] || stop 2 "expected a number of minutes, got \"$minutes\""
[ "$adapter" = software ] || [ "$adapter" = hardware ] || stop 2 "expected software or hardware, got \"$adapter\""
[ "$(uname -s)" = Linux ] || stop 2 "expected Linux, got $(uname -s)"

# Existing is not enough: Ubuntu's chromium-browser may be a stub that asks for a snap.
starts() {
  timeout --kill-after=1 10 "$1" --version >/dev/null 2>&1 </dev/null
}

find_chrome() {
  local path
  for path in "${WEBGPU_ACTIVATIONS_CHROME-}" "${PUPPETEER_EXECUTABLE_PATH-}" "${CHROME_PATH-}" \
    google-chrome google-chrome-stable chromium chromium-browser; do
    if [ -n "$path" ] && path=$(command -v "$path") && starts "$path"; then
      echo "$path"
      return
    fi
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then env DEBIAN_FRONTEND=noninteractive "$@"; else sudo DEBIAN_FRONTEND=noninteractive "$@"; fi
}

install_packages() {
  as_root apt-get install --yes --no-install-recommends "$@"
}

# Debian has the package chromium. Ubuntu's is the stub, so Google's own package it is there.
install_chrome() {
  [ -f /etc/debian_version ] || return 1
  as_root apt-get update || return 1
  if grep -q '^ID=ubuntu' /etc/os-release; then
    install_google_chrome
  else
    install_packages chromium
  fi
}

install_google_chrome() {
  [ "$(dpkg --print-architecture)" = amd64 ] || return 1
  local folder
  folder=$(mktemp -d)
  # apt reads it as another user
  chmod 755 "$folder"
  install_packages ca-certificates curl &&
    curl --fail --silent --show-error --location --retry 3 --max-time 300 --output "$folder/chrome.deb" \
      https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb &&
    install_packages "$folder/chrome.deb"
  local status=$?
  rm -r "$folder"
  return "$status"
}

if ! chrome=$(find_chrome); then
  echo 'headless-webgpu: no Chrome or Chromium found; installing one …' >&2
  install_chrome >&2 || stop 4 'no Chrome could be installed: install one, or set CHROME_PATH to its path'
  chrome=$(find_chrome) || stop 4 'the Chrome that was installed does not start'
fi
export CHROME_PATH=$chrome CHROME_BIN=$chrome PUPPETEER_EXECUTABLE_PATH=$chrome WEBGPU_ACTIVATIONS_CHROME=$chrome

# Why each: chromeArguments in src/cli/browser.js.
flags='--no-sandbox --disable-dev-shm-usage --disable-background-networking --disable-component-update --no-first-run --enable-unsafe-webgpu'
case $adapter in
  software)
    flags="$flags --use-webgpu-adapter=swiftshader"
    for folder in "$(dirname "$(readlink -f "$chrome")")" /usr/lib/chromium /usr/lib/chromium-browser /opt/google/chrome; do
      if [ -f "$folder/vk_swiftshader_icd.json" ]; then
        export VK_DRIVER_FILES=${VK_DRIVER_FILES-$folder/vk_swiftshader_icd.json}
        break
      fi
    done
    ;;
  hardware) flags="$flags --use-angle=vulkan --enable-features=Vulkan --disable-vulkan-surface" ;;
esac
export CHROME_WEBGPU_FLAGS="--headless=new $flags"
export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR-${TMPDIR-/tmp}}

status=0
timeout --kill-after=10 "${minutes}m" "$@" || status=$?
if [ "$status" = 124 ] || [ "$status" = 137 ]; then
  echo "headless-webgpu: ended after $minutes minutes: $*" >&2
fi
exit "$status"
