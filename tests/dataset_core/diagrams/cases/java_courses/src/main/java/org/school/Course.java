package org.school;

import jakarta.persistence.*;
import java.util.List;
import java.util.Optional;

@Entity
@Table(name = "courses")
public class Course {
    @Id
    private Long id;

    @Column(unique = true)
    private String title;

    @OneToMany(mappedBy = "course")
    private List<Enrolment> enrolments;

    @ManyToMany
    private List<Teacher> teachers;
}
