// Package store keeps users in a database.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	log "github.com/sirupsen/logrus"
)

// ErrNotFound says that there is no such user.
var ErrNotFound = errors.New("user not found")

const (
	maxPage     = 100
	defaultPage = 20
)

// User is a person who can sign in.
type User struct {
	ID    int64  `db:"id"`
	Email string `db:"email"`
	*Profile
}

// Finder finds users.
type Finder interface {
	FindByEmail(ctx context.Context, email string) (*User, error)
	fmt.Stringer
}

type State int

// UserStore is a Finder on top of a database.
type UserStore struct {
	db *sql.DB
}

// NewUserStore opens a store.
func NewUserStore(db *sql.DB) *UserStore {
	return &UserStore{db: db}
}

// FindByEmail returns ErrNotFound where nobody has the address.
func (s *UserStore) FindByEmail(ctx context.Context, email string) (*User, error) {
	var user User
	row := s.db.QueryRowContext(ctx, "select id, email from users where email = ?", email)
	if err := row.Scan(&user.ID, &user.Email); errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	} else if err != nil {
		return nil, fmt.Errorf("find user: %w", err)
	}
	log.Debug("found a user")
	return &user, nil
}

func (l List[T]) Each(do func(T), options ...Option) {
	for _, item := range l.items {
		do(item)
	}
}

func page(limit, offset int) int {
	if limit == 0 {
		limit = defaultPage
	}
	return min(limit, maxPage) + offset
}
