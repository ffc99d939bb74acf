package org.school;

import jakarta.persistence.*;
import java.util.List;

@Entity
public class Teacher {
    @Id
    private Long id;

    private String name;

    @ManyToMany(mappedBy = "teachers")
    private List<Course> courses;
}
