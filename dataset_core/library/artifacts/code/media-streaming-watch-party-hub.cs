// title: Watch party hub with synchronised playback
// domain: media-streaming
// prompt: Write a SignalR hub for watch parties: join by code, the host plays, pauses and seeks, everyone stays in sync.
// prompt: strongly typed hub c#, IWatchPartyClient, only the host may control playback, chat max 500 characters, tell the others who joined and left
// prompt: A late joiner has to start at the right second. Keep the position and the time it was taken, and compute where the film is now; rooms live in memory behind IWatchPartyRegistry.
// prompt: signalr hub .net 8 with groups and HubException for rule violations, users must be logged in

using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Lumen.Streaming.WatchParties;

/// <summary>Where the film stood at a moment, and whether it was running.</summary>
public sealed record PlaybackState(double PositionSeconds, bool IsPlaying, DateTimeOffset TakenAt)
{
    /// <summary>The state as it is at a later moment.</summary>
    public PlaybackState At(DateTimeOffset now) =>
        IsPlaying
            ? this with { PositionSeconds = PositionSeconds + (now - TakenAt).TotalSeconds, TakenAt = now }
            : this with { TakenAt = now };
}

public sealed record ChatMessage(string Author, string Text, DateTimeOffset SentAt);

/// <summary>What the server calls on the members of a party.</summary>
public interface IWatchPartyClient
{
    Task PlaybackChanged(PlaybackState state);

    Task MemberJoined(string displayName);

    Task MemberLeft(string displayName);

    Task MessageReceived(ChatMessage message);
}

/// <summary>A running party; replaced as a whole on every change.</summary>
public sealed record WatchParty(string Code, string TitleId, string HostUserId, PlaybackState Playback);

public interface IWatchPartyRegistry
{
    WatchParty? Find(string code);

    void Save(WatchParty party);
}

public sealed class InMemoryWatchPartyRegistry : IWatchPartyRegistry
{
    private readonly ConcurrentDictionary<string, WatchParty> _parties = new(StringComparer.OrdinalIgnoreCase);

    public WatchParty? Find(string code) => _parties.GetValueOrDefault(code);

    public void Save(WatchParty party) => _parties[party.Code] = party;
}

[Authorize]
public sealed class WatchPartyHub(IWatchPartyRegistry parties, TimeProvider clock) : Hub<IWatchPartyClient>
{
    private const string PartyCodeKey = "party-code";
    private const int MaxMessageLength = 500;

    private string DisplayName => Context.User?.Identity?.Name ?? "Guest";

    /// <summary>Joins a party and answers with the state to start from.</summary>
    public async Task<PlaybackState> Join(string code)
    {
        var party = parties.Find(code) ?? throw new HubException("There is no watch party with this code.");
        if (Context.Items.ContainsKey(PartyCodeKey))
        {
            throw new HubException("Leave the current watch party first.");
        }

        Context.Items[PartyCodeKey] = party.Code;
        await Groups.AddToGroupAsync(Context.ConnectionId, party.Code, Context.ConnectionAborted);
        await Clients.OthersInGroup(party.Code).MemberJoined(DisplayName);
        return party.Playback.At(clock.GetUtcNow());
    }

    public Task Play() => ChangePlayback(state => state with { IsPlaying = true });

    public Task Pause() => ChangePlayback(state => state with { IsPlaying = false });

    public Task Seek(double positionSeconds)
    {
        if (!double.IsFinite(positionSeconds) || positionSeconds < 0)
        {
            throw new HubException("The position has to be zero or more seconds.");
        }

        return ChangePlayback(state => state with { PositionSeconds = positionSeconds });
    }

    public Task Say(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length is 0 or > MaxMessageLength)
        {
            throw new HubException($"A message has 1 to {MaxMessageLength} characters.");
        }

        var message = new ChatMessage(DisplayName, trimmed, clock.GetUtcNow());
        return Clients.Group(CurrentParty().Code).MessageReceived(message);
    }

    public Task Leave() => LeaveCurrentParty();

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        await LeaveCurrentParty();
        await base.OnDisconnectedAsync(exception);
    }

    private Task ChangePlayback(Func<PlaybackState, PlaybackState> change)
    {
        var party = CurrentParty();
        if (party.HostUserId != Context.UserIdentifier)
        {
            throw new HubException("Only the host controls the playback.");
        }

        var playback = change(party.Playback.At(clock.GetUtcNow()));
        parties.Save(party with { Playback = playback });
        return Clients.Group(party.Code).PlaybackChanged(playback);
    }

    private WatchParty CurrentParty() =>
        Context.Items.TryGetValue(PartyCodeKey, out var code) && code is string text && parties.Find(text) is { } party
            ? party
            : throw new HubException("Join a watch party first.");

    private async Task LeaveCurrentParty()
    {
        if (Context.Items.Remove(PartyCodeKey, out var code) && code is string text)
        {
            await Groups.RemoveFromGroupAsync(Context.ConnectionId, text);
            await Clients.Group(text).MemberLeft(DisplayName);
        }
    }
}
