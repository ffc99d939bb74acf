-- Mothertongue in Neovim 0.7 or newer. Copy this file to ~/.config/nvim/lua/mothertongue.lua and write in init.lua:
--
--   require("mothertongue").setup()
--
-- It starts the language server for every file inside a git repository (or beside a mothertongue.toml), and adds the commands
-- :MothertongueBuild [artifact type], :MothertongueExport [artifact type], :MothertongueVerify, :MothertongueStatus and :MothertongueReport.

local M = { options = { cmd = { "mothertongue-server" } } }

local NAME = "mothertongue"

local function project_of(path)
  local marker = vim.fn.finddir(".git", path .. ";")
  if marker == "" then
    marker = vim.fn.findfile("mothertongue.toml", path .. ";")
  end
  if marker == "" then
    return nil
  end
  return vim.fn.fnamemodify(marker, ":p"):gsub("/$", ""):match("^(.*)/[^/]+$")
end

local function client_of(root)
  for _, client in pairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
    if client.name == NAME and client.config.root_dir == root then
      return client
    end
  end
end

local function attach(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  local root = vim.bo[buffer].buftype == "" and path ~= "" and project_of(vim.fn.fnamemodify(path, ":p:h"))
  if not root then
    return
  end
  local client = client_of(root)
  local id = client and client.id
    or vim.lsp.start_client({
      name = NAME,
      cmd = M.options.cmd,
      root_dir = root,
      workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ":t") } },
      settings = { mothertongue = M.options.settings or {} },
      handlers = { ["mothertongue/statusChanged"] = function(_, status) M.status = status end },
    })
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
end

-- Ask the server of the current buffer; `done` gets an error message or nil, and the result.
function M.request(method, params, done)
  local root = project_of(vim.fn.expand("%:p:h"))
  local client = root and client_of(root)
  if not client then
    return done("No Mothertongue server runs for this file. Open a file of a git repository.")
  end
  params = vim.tbl_extend("keep", params, { folder = vim.uri_from_fname(root) })
  local answer = function(error, result) done(error and error.message, result) end
  if vim.fn.has("nvim-0.11") == 1 then
    client:request("mothertongue/" .. method, params, answer)
  else
    client.request("mothertongue/" .. method, params, answer)
  end
end

local function command(name, method, params, show)
  vim.api.nvim_create_user_command("Mothertongue" .. name, function(options)
    M.request(method, params(options), function(error, result)
      vim.notify(error or show(result), error and vim.log.levels.ERROR or vim.log.levels.INFO)
    end)
  end, { nargs = "?" })
end

local function artifact_type(options)
  return options.args ~= "" and { artifactType = options.args } or {}
end

local function nothing()
  return {}
end

function M.setup(options)
  M.options = vim.tbl_extend("force", M.options, options or {})
  vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile" }, { callback = function(event) attach(event.buf) end })
  command("Build", "build", artifact_type, function(result)
    return ("%d examples from %d files; %d files were read"):format(result.status.examples, result.status.files, result.changed)
  end)
  command("Export", "export", artifact_type, function(result)
    return ("%d training and %d validation rows in %s"):format(result.trainRows, result.validationRows, vim.uri_to_fname(result.uri))
  end)
  command("Verify", "verify", nothing, function(result)
    return ("%s: %d rows"):format(result.verdict, result.rows)
  end)
  command("Status", "status", nothing, function(result)
    local folder = result.folders[1]
    return ("%s: %d examples from %d files"):format(folder.state, folder.examples, folder.files)
  end)
  command("Report", "report", nothing, function(result)
    return type(result.uri) == "string" and vim.uri_to_fname(result.uri) or "Nothing was exported yet: :MothertongueExport"
  end)
end

return M
