// An extension of the tests: a folder with one file that lies on no disk, as those of remote repositories do.
const vscode = require("vscode");

const TEXT = new TextEncoder().encode("export const answer = 42;\n");
const FOLDERS = ["/", "/project"];
const FILE = "/project/answer.ts";

exports.activate = (context) => {
  const refuse = (uri) => {
    throw vscode.FileSystemError.NoPermissions(uri);
  };
  const files = {
    onDidChangeFile: new vscode.EventEmitter().event,
    watch: () => new vscode.Disposable(() => undefined),
    stat(uri) {
      if (uri.path === FILE) return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: TEXT.length };
      if (FOLDERS.includes(uri.path)) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
      throw vscode.FileSystemError.FileNotFound(uri);
    },
    readDirectory: ({ path }) => (path === "/project" ? [["answer.ts", vscode.FileType.File]] : []),
    readFile(uri) {
      if (uri.path === FILE) return TEXT;
      throw vscode.FileSystemError.FileNotFound(uri);
    },
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  };
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider("memfs", files, { isReadonly: true }));
};
