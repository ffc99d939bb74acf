// title: Specification pattern for leads
// domain: crm
// prompt: Implement the specification pattern in C# for leads in a CRM, composable with And, Or and Not, usable for MongoDB queries and in memory.
// prompt: Specification<T> base class on Expression<Func<T,bool>>, LeadAssignedTo, HotLead (score >= 70), StaleLead (no contact for 14 days), example query in LeadQueries
// prompt: Our LeadService has eight Find methods with copied conditions. Show how to name each condition once, test it without a database, and still run it in Mongo.
// prompt: How can I combine two expression trees with && without Invoke, since the MongoDB LINQ provider rejects that? Operators & | ! would be nice.

using System.Linq.Expressions;
using MongoDB.Driver;
using Pipeline.Domain.Leads;

namespace Pipeline.Application.Leads;

/// <summary>A named condition, for the database as an expression and for memory as a compiled predicate.</summary>
public abstract class Specification<T>
{
    private readonly Lazy<Func<T, bool>> _predicate;

    protected Specification()
    {
        _predicate = new Lazy<Func<T, bool>>(() => ToExpression().Compile());
    }

    public abstract Expression<Func<T, bool>> ToExpression();

    public bool IsSatisfiedBy(T candidate) => _predicate.Value(candidate);

    public static Specification<T> operator &(Specification<T> left, Specification<T> right) =>
        new Combined(left, right, Expression.AndAlso);

    public static Specification<T> operator |(Specification<T> left, Specification<T> right) =>
        new Combined(left, right, Expression.OrElse);

    public static Specification<T> operator !(Specification<T> inner) => new Negated(inner);

    private sealed class Combined(
        Specification<T> left,
        Specification<T> right,
        Func<Expression, Expression, BinaryExpression> combine) : Specification<T>
    {
        public override Expression<Func<T, bool>> ToExpression()
        {
            var first = left.ToExpression();
            var second = right.ToExpression();

            // Both bodies have to speak of the same parameter; query providers cannot translate an Invoke.
            var aligned = new ParameterReplacer(second.Parameters[0], first.Parameters[0]).Visit(second.Body);
            return Expression.Lambda<Func<T, bool>>(combine(first.Body, aligned), first.Parameters);
        }
    }

    private sealed class Negated(Specification<T> inner) : Specification<T>
    {
        public override Expression<Func<T, bool>> ToExpression()
        {
            var expression = inner.ToExpression();
            return Expression.Lambda<Func<T, bool>>(Expression.Not(expression.Body), expression.Parameters);
        }
    }

    private sealed class ParameterReplacer(ParameterExpression source, ParameterExpression target) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) =>
            node == source ? target : base.VisitParameter(node);
    }
}

/// <summary>Leads of one sales representative.</summary>
public sealed class LeadAssignedTo(string representativeId) : Specification<Lead>
{
    public override Expression<Func<Lead, bool>> ToExpression() => lead => lead.OwnerId == representativeId;
}

/// <summary>Leads that are neither won nor lost.</summary>
public sealed class OpenLead : Specification<Lead>
{
    public override Expression<Func<Lead, bool>> ToExpression() =>
        lead => lead.Stage != LeadStage.Won && lead.Stage != LeadStage.Lost;
}

/// <summary>Leads whose score promises a deal.</summary>
public sealed class HotLead : Specification<Lead>
{
    public const int MinScore = 70;

    public override Expression<Func<Lead, bool>> ToExpression() => lead => lead.Score >= MinScore;
}

/// <summary>Leads that nobody has contacted for two weeks.</summary>
public sealed class StaleLead(DateTime now) : Specification<Lead>
{
    private static readonly TimeSpan Patience = TimeSpan.FromDays(14);

    public override Expression<Func<Lead, bool>> ToExpression()
    {
        var lastAcceptable = now - Patience;
        return lead => lead.LastContactAt < lastAcceptable;
    }
}

/// <summary>The questions that sales ask, in their words.</summary>
public sealed class LeadQueries(IMongoCollection<Lead> leads, TimeProvider clock)
{
    private const int MaxResults = 200;

    /// <summary>Open leads of a representative that are hot but going cold, the longest neglected first.</summary>
    public Task<List<Lead>> NeedingAttentionAsync(string representativeId, CancellationToken cancellationToken)
    {
        var stale = new StaleLead(clock.GetUtcNow().UtcDateTime);
        return FindAsync(new LeadAssignedTo(representativeId) & new OpenLead() & new HotLead() & stale, cancellationToken);
    }

    /// <summary>Open leads that may be handed to someone else: stale ones that were never hot.</summary>
    public Task<List<Lead>> FreeToReassignAsync(CancellationToken cancellationToken)
    {
        var stale = new StaleLead(clock.GetUtcNow().UtcDateTime);
        return FindAsync(new OpenLead() & stale & !new HotLead(), cancellationToken);
    }

    private Task<List<Lead>> FindAsync(Specification<Lead> specification, CancellationToken cancellationToken) =>
        leads.Find(specification.ToExpression())
            .SortBy(lead => lead.LastContactAt)
            .Limit(MaxResults)
            .ToListAsync(cancellationToken);
}
