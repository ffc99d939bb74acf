package org.school;

import jakarta.persistence.*;
import java.time.LocalDate;

@Entity
public class Enrolment {
    @Id
    private Long id;

    @ManyToOne
    private Course course;

    private LocalDate since;
}
