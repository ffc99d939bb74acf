package org.clinic.visits;

import static java.util.Comparator.comparing;

import jakarta.validation.Valid;
import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.*;

/**
 * Books visits of pets, and tells when they are.
 *
 * @author the clinic's developers
 */
@RestController
@RequestMapping("/visits")
public class VisitController extends BaseController implements VisitApi, Comparable<VisitController> {

    private static final int MAX_PER_DAY = 12;

    private final VisitService visits;
    private Map<String, List<Visit>> cache;

    public VisitController(VisitService visits) {
        this.visits = visits;
    }

    /** The visits of one pet, the next one first. */
    @GetMapping("/{petId}")
    public List<VisitDto> byPet(@PathVariable long petId) {
        return visits.findByPet(petId).stream().sorted(comparing(Visit::date)).map(VisitDto::of).toList();
    }

    @PostMapping
    public ResponseEntity<VisitDto> book(@Valid @RequestBody BookingRequest request, String... notes) throws FullException {
        if (visits.countOn(request.date()) >= MAX_PER_DAY) {
            throw new FullException(request.date());
        }
        Visit visit = visits.book(request.petId(), request.date());
        return ResponseEntity.status(201).body(VisitDto.of(visit));
    }

    @Override
    public int compareTo(VisitController other) {
        return 0;
    }

    private static class FullException extends RuntimeException {
        FullException(LocalDate date) {
            super("No room on " + date);
        }
    }
}

// What callers send to book a visit.
record BookingRequest(long petId, @NotNull LocalDate date) {
    BookingRequest {
        Objects.requireNonNull(date);
    }
}

interface VisitApi {
    String PATH = "/visits";

    List<VisitDto> byPet(long petId);

    default String path() {
        return PATH;
    }
}

enum VisitState {
    BOOKED,
    /** The owner did not come. */
    MISSED("missed") {
        @Override
        boolean isOver() {
            return true;
        }
    };

    private final String label;

    VisitState(String label) {
        this.label = label;
    }

    boolean isOver() {
        return false;
    }
}

@interface Audited {
    String value() default "";
}
