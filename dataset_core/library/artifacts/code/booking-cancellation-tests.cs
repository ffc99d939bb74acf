// title: Unit tests for cancelling a reservation
// domain: booking
// prompt: Write xUnit tests for the cancellation of a reservation: free until 48 hours before arrival, then one night, no-shows pay in full.
// prompt: unit tests c# xunit for CancelReservationHandler, no mocking framework, in-memory fake repository, clock under control
// prompt: Test the boundary of our cancellation policy exactly at 48 hours and one second after. Theory with InlineData, readable test names.
// prompt: I need tests for CancelReservationHandler that show it refuses a second cancellation and saves nothing when the reservation is unknown; use FakeTimeProvider.

using Lodgings.Application.Reservations;
using Lodgings.Domain.Reservations;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Lodgings.Tests.Reservations;

public sealed class CancelReservationHandlerTests
{
    private static readonly DateTimeOffset Arrival = new(2025, 7, 18, 15, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Arrival.AddDays(-30));
    private readonly InMemoryReservationRepository _reservations = new();
    private readonly CancelReservationHandler _handler;

    public CancelReservationHandlerTests()
    {
        _handler = new CancelReservationHandler(_reservations, _clock);
    }

    [Theory]
    [InlineData(-30 * 24, 0)]
    [InlineData(-49, 0)]
    [InlineData(-48, 0)]
    [InlineData(-47, 120)]
    [InlineData(-1, 120)]
    public async Task Fee_depends_on_the_hours_left_until_arrival(int hoursFromArrival, int expectedFee)
    {
        var reservation = await GivenReservationAsync(nights: 3, pricePerNight: 120m);
        _clock.SetUtcNow(Arrival.AddHours(hoursFromArrival));

        var result = await _handler.HandleAsync(new CancelReservation(reservation.Id), CancellationToken.None);

        Assert.Equal(CancellationOutcome.Cancelled, result.Outcome);
        Assert.Equal(expectedFee, result.Fee);
    }

    [Fact]
    public async Task One_second_past_the_deadline_costs_a_night()
    {
        var reservation = await GivenReservationAsync(nights: 2, pricePerNight: 95.50m);
        _clock.SetUtcNow(Arrival.AddHours(-48).AddSeconds(1));

        var result = await _handler.HandleAsync(new CancelReservation(reservation.Id), CancellationToken.None);

        Assert.Equal(95.50m, result.Fee);
    }

    [Fact]
    public async Task A_no_show_pays_the_whole_stay()
    {
        var reservation = await GivenReservationAsync(nights: 4, pricePerNight: 80m);
        _clock.SetUtcNow(Arrival.AddHours(12));

        var result = await _handler.HandleAsync(new CancelReservation(reservation.Id), CancellationToken.None);

        Assert.Equal(320m, result.Fee);
    }

    [Fact]
    public async Task Cancelling_stores_the_status_the_time_and_the_fee()
    {
        var reservation = await GivenReservationAsync(nights: 1, pricePerNight: 150m);
        _clock.SetUtcNow(Arrival.AddHours(-5));

        await _handler.HandleAsync(new CancelReservation(reservation.Id), CancellationToken.None);

        var stored = Assert.Single(_reservations.Saved);
        Assert.Equal(ReservationStatus.Cancelled, stored.Status);
        Assert.Equal(Arrival.AddHours(-5), stored.CancelledAt);
        Assert.Equal(150m, stored.CancellationFee);
    }

    [Fact]
    public async Task A_second_cancellation_is_refused_and_charges_nothing_more()
    {
        var reservation = await GivenReservationAsync(nights: 3, pricePerNight: 120m);
        var command = new CancelReservation(reservation.Id);
        await _handler.HandleAsync(command, CancellationToken.None);
        _clock.SetUtcNow(Arrival.AddHours(-1));

        var second = await _handler.HandleAsync(command, CancellationToken.None);

        Assert.Equal(CancellationOutcome.AlreadyCancelled, second.Outcome);
        Assert.Equal(0m, second.Fee);
        Assert.Single(_reservations.Saved);
    }

    [Fact]
    public async Task An_unknown_reservation_is_reported_and_nothing_is_saved()
    {
        var result = await _handler.HandleAsync(new CancelReservation("R-404"), CancellationToken.None);

        Assert.Equal(CancellationOutcome.NotFound, result.Outcome);
        Assert.Empty(_reservations.Saved);
    }

    private async Task<Reservation> GivenReservationAsync(int nights, decimal pricePerNight)
    {
        var reservation = Reservation.Confirm(
            guestId: "G-17",
            roomId: "204",
            arrival: Arrival,
            departure: Arrival.AddDays(nights),
            pricePerNight: pricePerNight);
        await _reservations.AddAsync(reservation, CancellationToken.None);
        return reservation;
    }

    /// <summary>Keeps reservations in a dictionary and remembers what the handler saved.</summary>
    private sealed class InMemoryReservationRepository : IReservationRepository
    {
        private readonly Dictionary<string, Reservation> _byId = new();

        public List<Reservation> Saved { get; } = [];

        public Task AddAsync(Reservation reservation, CancellationToken cancellationToken)
        {
            _byId.Add(reservation.Id, reservation);
            return Task.CompletedTask;
        }

        public Task<Reservation?> FindAsync(string id, CancellationToken cancellationToken) =>
            Task.FromResult(_byId.GetValueOrDefault(id));

        public Task SaveAsync(Reservation reservation, CancellationToken cancellationToken)
        {
            Saved.Add(reservation);
            return Task.CompletedTask;
        }
    }
}
