// title: Patient record entity with BSON mapping attributes
// domain: healthcare
// prompt: Write the Patient entity for MongoDB in C# with BSON attributes: object id as string, enums as text, birth date without time.
// prompt: patient record class, embedded allergies and emergency contacts, insurance either statutory or private (polymorphic sub-document with discriminator)
// prompt: Model a patient document for our hospital: medical record number, name, birth date, contacts, allergies. Allergies change through methods only, and optional fields must not be written when null.
// prompt: How do I store DateOnly and a class hierarchy with MongoDB.Driver 3? Use a hospital patient as the example, include an optimistic concurrency version.

using MongoDB.Bson;
using MongoDB.Bson.Serialization.Attributes;

namespace Clinica.Domain.Patients;

public enum Sex
{
    Unknown,
    Female,
    Male,
    Diverse,
}

public enum AllergySeverity
{
    Mild,
    Moderate,
    LifeThreatening,
}

/// <summary>A person under treatment, with what has to be known before any treatment starts.</summary>
[BsonIgnoreExtraElements]
public sealed class Patient
{
    [BsonElement("allergies")]
    private List<Allergy> _allergies = [];

    [BsonId]
    [BsonRepresentation(BsonType.ObjectId)]
    public string Id { get; init; } = ObjectId.GenerateNewId().ToString();

    /// <summary>The number on the wristband; unique within the hospital.</summary>
    [BsonElement("mrn")]
    public required string MedicalRecordNumber { get; init; }

    [BsonElement("name")]
    public required PersonName Name { get; set; }

    [BsonElement("birthDate")]
    public required DateOnly BirthDate { get; init; }

    [BsonElement("sex")]
    [BsonRepresentation(BsonType.String)]
    public Sex Sex { get; set; }

    [BsonElement("bloodType")]
    [BsonIgnoreIfNull]
    public string? BloodType { get; set; }

    [BsonElement("insurance")]
    [BsonIgnoreIfNull]
    public Insurance? Insurance { get; set; }

    [BsonElement("emergencyContacts")]
    public List<EmergencyContact> EmergencyContacts { get; set; } = [];

    /// <summary>Raised by one with each write, so that a stale copy cannot overwrite a newer one.</summary>
    [BsonElement("version")]
    public long Version { get; set; }

    [BsonElement("deceasedAt")]
    [BsonIgnoreIfNull]
    [BsonDateTimeOptions(Kind = DateTimeKind.Utc)]
    public DateTime? DeceasedAt { get; set; }

    [BsonIgnore]
    public IReadOnlyList<Allergy> Allergies => _allergies;

    [BsonIgnore]
    public bool HasLifeThreateningAllergy =>
        _allergies.Exists(allergy => allergy.Severity == AllergySeverity.LifeThreatening);

    /// <summary>Age in completed years on a given day.</summary>
    public int AgeOn(DateOnly day)
    {
        var years = day.Year - BirthDate.Year;
        return day < BirthDate.AddYears(years) ? years - 1 : years;
    }

    /// <summary>Notes an allergy; a known substance keeps the more severe of both assessments.</summary>
    public void NoteAllergy(Allergy allergy)
    {
        var known = _allergies.FindIndex(other =>
            string.Equals(other.Substance, allergy.Substance, StringComparison.OrdinalIgnoreCase));
        if (known < 0)
        {
            _allergies.Add(allergy);
        }
        else if (allergy.Severity > _allergies[known].Severity)
        {
            _allergies[known] = allergy;
        }
    }
}

public sealed record PersonName(
    [property: BsonElement("given")] string Given,
    [property: BsonElement("family")] string Family);

public sealed record Allergy(
    [property: BsonElement("substance")] string Substance,
    [property: BsonElement("severity"), BsonRepresentation(BsonType.String)] AllergySeverity Severity,
    [property: BsonElement("notedOn")] DateOnly NotedOn);

public sealed record EmergencyContact(
    [property: BsonElement("name")] string Name,
    [property: BsonElement("relationship")] string Relationship,
    [property: BsonElement("phone")] string Phone);

/// <summary>Who pays; the element <c>_t</c> tells the kinds apart.</summary>
[BsonDiscriminator(RootClass = true)]
[BsonKnownTypes(typeof(StatutoryInsurance), typeof(PrivateInsurance))]
public abstract class Insurance
{
    [BsonElement("insurer")]
    public required string Insurer { get; init; }
}

[BsonDiscriminator("statutory")]
public sealed class StatutoryInsurance : Insurance
{
    [BsonElement("memberNumber")]
    public required string MemberNumber { get; init; }

    [BsonElement("copaymentExempt")]
    public bool IsCopaymentExempt { get; init; }
}

[BsonDiscriminator("private")]
public sealed class PrivateInsurance : Insurance
{
    [BsonElement("contractNumber")]
    public required string ContractNumber { get; init; }

    [BsonElement("deductible")]
    [BsonRepresentation(BsonType.Decimal128)]
    public decimal Deductible { get; init; }
}
