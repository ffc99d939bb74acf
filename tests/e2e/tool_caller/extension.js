// An extension of the tests: it calls the tool of Mothertongue as VS Code's chat would, and writes what came into a file of the folder.
const vscode = require("vscode");

const INPUT = { prompt: "ERD for a hotel booking system", kind: "erd" };

exports.activate = (context) => {
  const call = async () => {
    const tool = vscode.lm.tools.find(({ name }) => name === "mothertongue_generate");
    const token = new vscode.CancellationTokenSource().token;
    const { content } = await vscode.lm.invokeTool(tool.name, { input: INPUT, toolInvocationToken: undefined }, token);
    const text = content.map((part) => part.value).join("");
    const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, "tool-answer.md");
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  };
  context.subscriptions.push(vscode.commands.registerCommand("toolCaller.call", call));
};
