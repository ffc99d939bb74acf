using Microsoft.AspNetCore.Mvc;

namespace Library.Api.Controllers;

[ApiController]
[Route("api/[controller]")]
public abstract class LibraryController : ControllerBase
{
    protected ActionResult Missing(string what) => Problem($"There is no such {what}.", statusCode: 404);
}
