package account_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
)

// A date without a snapshot is an error that lists the dates around it.
func ExampleDateError() {
	day := func(d int) time.Time { return time.Date(2026, 2, d, 0, 0, 0, 0, time.UTC) }
	err := error(&account.DateError{AccountID: "acme-17", AsOf: day(11), Nearest: []time.Time{day(1), day(28)}})
	fmt.Println(err)
	fmt.Println(errors.Is(err, account.ErrNoSnapshot))
	// Output:
	// account "acme-17" has no snapshot at 2026-02-11; the nearest: 2026-02-01, 2026-02-28
	// true
}

// Of several models that answered at one date, the last is shown.
func ExampleShownAt() {
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	timeline := []history.Snapshot{{AsOf: march, Model: "2025-09-19"}, {AsOf: march, Model: "2026-03-19"}}
	fmt.Println(account.ShownAt(timeline, march).Model)
	// Output: 2026-03-19
}

// Without a history every question about an account is refused.
func ExampleService_Health() {
	s := account.New(account.Options{Clock: func() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }})
	_, err := s.Health(context.Background(), "acme-17", time.Time{})
	fmt.Println(err)
	// Output: no history is kept: start the server with one
}
