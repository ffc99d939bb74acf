-- Open, build, edit, save, export, as a person would; what happened is written to the file named in $MOTHERTONGUE_RESULT, a JSON object.

local PATIENCE_MS = 120000
local mothertongue = dofile(vim.env.MOTHERTONGUE_LUA)
local seen = { messages = {} }

vim.notify = function(message) table.insert(seen.messages, message) end

local function finish()
  vim.fn.writefile({ vim.json.encode(seen) }, vim.env.MOTHERTONGUE_RESULT)
  vim.cmd("qall!")
end

local function run(command)
  local before = #seen.messages
  vim.cmd(command)
  vim.wait(PATIENCE_MS, function() return #seen.messages > before end, 20)
end

local function until_status(holds)
  return vim.wait(PATIENCE_MS, function() return mothertongue.status ~= nil and holds(mothertongue.status) end, 20)
end

mothertongue.setup({ cmd = vim.json.decode(vim.env.MOTHERTONGUE_COMMAND) })

local ok, problem = pcall(function()
  vim.cmd("edit shop/orders.py")
  seen.never_built = until_status(function(status) return status.state == "notBuilt" end)
  run("MothertongueBuild erd")
  local built = mothertongue.status
  seen.built = { files = built.files, examples = built.examples }
  vim.api.nvim_buf_set_lines(0, -1, -1, false, vim.fn.readfile(vim.env.MOTHERTONGUE_ADDED))
  vim.cmd("write")
  seen.changed = until_status(function(status) return status.state == "ready" and status.examples > built.examples end)
  run("MothertongueExport")
  run("MothertongueReport")
  run("MothertongueStatus")
end)
seen.problem = not ok and problem or nil
finish()
