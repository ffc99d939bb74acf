import js from "@eslint/js";
import tseslint from "typescript-eslint";

// A text that people read goes through l10n: these calls take no bare string.
const shownToPeople =
  "CallExpression[callee.property.name=/^(showInformationMessage|showWarningMessage|showErrorMessage|setStatusBarMessage)$/] > :matches(Literal, TemplateLiteral)";

export default tseslint.config(
  { ignores: ["dist/", "bundled/", "node_modules/", "src/protocol.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    files: ["**/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", { selector: shownToPeople, message: "Texts for people go through vscode.l10n.t." }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // The editor takes objects of the same shape for its classes: tree items, disposables.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", setTimeout: "readonly" } },
  },
);
