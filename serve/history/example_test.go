package history_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// A history is a file; what is not in it is ErrNotFound.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "history")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	store, err := history.Open(ctx, filepath.Join(dir, "scores.db"), history.Options{Clock: func() time.Time { return time.Unix(0, 0) }})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	if _, err := store.Write(ctx, history.Batch{Actor: "example", Accounts: []history.Account{{ID: "A-1", Name: "Aster"}}}); err != nil {
		fmt.Println(err)
		return
	}
	account, err := store.Account(ctx, "A-1")
	fmt.Println(account.Name, err)
	_, err = store.Account(ctx, "A-2")
	fmt.Println(errors.Is(err, history.ErrNotFound))
	// Output:
	// Aster <nil>
	// true
}
