<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Models\Ticket;
use App\Services\{TicketService, Mailer as Post};
use Illuminate\Http\JsonResponse;
use function App\helpers\today;

const PAGE_SIZE = 20;

/**
 * Sells tickets.
 *
 * @see Ticket
 */
#[Route('/tickets')]
final class TicketController extends Controller implements Countable
{
    use AuthorisesRequests;

    public const MAX = 10;

    private ?Ticket $last = null;

    public function __construct(private readonly TicketService $tickets, private Post $post)
    {
    }

    /** The tickets that can still be bought. */
    #[Get('/')]
    public function index(Request $request, int $limit = self::MAX, string ...$tags): JsonResponse
    {
        $tickets = Ticket::query()->where('sold', false)->take($limit)->get();

        return response()->json($tickets->map(fn (Ticket $ticket) => $ticket->toArray()));
    }

    public function store(StoreTicketRequest $request): JsonResponse
    {
        $this->last = $this->tickets->sell($request->validated());
        $this->post->send(new TicketSold($this->last), today());

        return new JsonResponse($this->last, 201);
    }

    public function count(): int
    {
        return Ticket::count();
    }
}

interface Sellable extends JsonSerializable
{
    public function price(): Money;
}

trait AuthorisesRequests
{
    abstract protected function user(): User;
}

enum TicketState: string
{
    case Open = 'open';
    case Sold = 'sold';

    public function label(): string
    {
        return ucfirst($this->value);
    }
}

// In cents.
function total(Ticket ...$tickets): int
{
    return array_sum(array_map(fn ($ticket) => $ticket->price, $tickets));
}
