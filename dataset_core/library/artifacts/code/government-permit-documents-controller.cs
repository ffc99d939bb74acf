// title: Permit documents in GridFS with checked uploads
// domain: government
// prompt: Controller for uploading and downloading documents of a building permit application, stored in MongoDB GridFS.
// prompt: file upload asp.net core gridfs, max 25 MB, only pdf png jpeg, check the first bytes and not just the content type, range requests on download
// prompt: Citizens attach plans to a permit application. I need POST, GET list, GET content and DELETE under api/permits/{permitId}/documents; nobody may open a file through another permit's id.
// prompt: How do I stream a file to GridFS without loading it into memory, and keep the uploader and a SHA-256 with it?

using System.Security.Cryptography;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.GridFS;

namespace Townhall.Api.Permits;

public sealed record PermitDocumentDto(string Id, string FileName, string ContentType, long Size, string Sha256, DateTime UploadedAt);

/// <summary>Plans and certificates that belong to a permit application.</summary>
[ApiController]
[Authorize(Policy = "PermitParticipant")]
[Route("api/permits/{permitId}/documents")]
public sealed class PermitDocumentsController(IGridFSBucket bucket) : ControllerBase
{
    private const long MaxBytes = 25 * 1024 * 1024;

    /// <summary>The first bytes of each accepted kind of file.</summary>
    private static readonly Dictionary<string, byte[]> Signatures = new()
    {
        ["application/pdf"] = "%PDF-"u8.ToArray(),
        ["image/png"] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
        ["image/jpeg"] = [0xFF, 0xD8, 0xFF],
    };

    /// <summary>Stores a document; what it is gets decided by its content, not by its name.</summary>
    [HttpPost]
    [RequestSizeLimit(MaxBytes)]
    [ProducesResponseType<PermitDocumentDto>(StatusCodes.Status201Created)]
    [ProducesResponseType(StatusCodes.Status415UnsupportedMediaType)]
    public async Task<ActionResult<PermitDocumentDto>> Upload(
        string permitId,
        IFormFile file,
        CancellationToken cancellationToken)
    {
        await using var content = file.OpenReadStream();
        var contentType = await DetectAsync(content, cancellationToken);
        if (contentType is null)
        {
            return Problem("Only PDF, PNG and JPEG files are accepted.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        content.Position = 0;
        var hash = Convert.ToHexString(await SHA256.HashDataAsync(content, cancellationToken));

        content.Position = 0;
        var id = await bucket.UploadFromStreamAsync(
            Path.GetFileName(file.FileName),
            content,
            new GridFSUploadOptions
            {
                Metadata = new BsonDocument
                {
                    { "permitId", permitId },
                    { "contentType", contentType },
                    { "sha256", hash },
                    { "uploadedBy", User.Identity?.Name ?? "unknown" },
                },
            },
            cancellationToken);

        var stored = await FindAsync(permitId, id, cancellationToken);
        return CreatedAtAction(nameof(Download), new { permitId, id = id.ToString() }, ToDto(stored!));
    }

    [HttpGet]
    public async Task<ActionResult<List<PermitDocumentDto>>> List(string permitId, CancellationToken cancellationToken)
    {
        using var cursor = await bucket.FindAsync(
            Builders<GridFSFileInfo>.Filter.Eq("metadata.permitId", permitId),
            new GridFSFindOptions { Sort = Builders<GridFSFileInfo>.Sort.Descending(info => info.UploadDateTime) },
            cancellationToken);
        var files = await cursor.ToListAsync(cancellationToken);
        return files.ConvertAll(ToDto);
    }

    /// <summary>Streams the document as an attachment; browsers may ask for ranges.</summary>
    [HttpGet("{id}")]
    public async Task<IActionResult> Download(string permitId, string id, CancellationToken cancellationToken)
    {
        if (!ObjectId.TryParse(id, out var fileId)
            || await FindAsync(permitId, fileId, cancellationToken) is not { } info)
        {
            return NotFound();
        }

        var stream = await bucket.OpenDownloadStreamAsync(
            fileId, new GridFSDownloadOptions { Seekable = true }, cancellationToken);
        return File(stream, info.Metadata["contentType"].AsString, info.Filename, enableRangeProcessing: true);
    }

    [HttpDelete("{id}")]
    [Authorize(Policy = "PermitOfficer")]
    public async Task<IActionResult> Delete(string permitId, string id, CancellationToken cancellationToken)
    {
        if (!ObjectId.TryParse(id, out var fileId)
            || await FindAsync(permitId, fileId, cancellationToken) is null)
        {
            return NotFound();
        }

        await bucket.DeleteAsync(fileId, cancellationToken);
        return NoContent();
    }

    // The permit is part of every look-up, so an identifier from another application finds nothing.
    private async Task<GridFSFileInfo?> FindAsync(string permitId, ObjectId id, CancellationToken cancellationToken)
    {
        var filter = Builders<GridFSFileInfo>.Filter;
        using var cursor = await bucket.FindAsync(
            filter.Eq("_id", id) & filter.Eq("metadata.permitId", permitId),
            cancellationToken: cancellationToken);
        return await cursor.FirstOrDefaultAsync(cancellationToken);
    }

    private static async Task<string?> DetectAsync(Stream content, CancellationToken cancellationToken)
    {
        var head = new byte[8];
        var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        return Signatures
            .Where(signature => head.AsSpan(0, length).StartsWith(signature.Value))
            .Select(signature => signature.Key)
            .FirstOrDefault();
    }

    private static PermitDocumentDto ToDto(GridFSFileInfo info) =>
        new(
            info.Id.ToString(),
            info.Filename,
            info.Metadata["contentType"].AsString,
            info.Length,
            info.Metadata["sha256"].AsString,
            info.UploadDateTime);
}
