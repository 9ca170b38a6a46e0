package datasets_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/etappe/etappe/datasets"
)

// folder writes files into a new folder, which the caller removes.
func folder(files map[string]string) string {
	dir, err := os.MkdirTemp("", "datasets")
	if err != nil {
		panic(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			panic(err)
		}
	}
	return dir
}

var options = datasets.Options{Now: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)}

// A team's own names are mapped onto the tables.
func ExampleRead() {
	dir := folder(map[string]string{
		"clients.csv":  "client,signup,plan\nA-1,31.01.2024,pro\n",
		"events.csv":   "account_id,type,at\nA-1,login,2024-02-01\n",
		"renewals.csv": "account_id,due_on,outcome\nA-1,2025-01-31,renewed\n",
	})
	defer os.RemoveAll(dir)
	sources := datasets.Sources{Accounts: &datasets.AccountSource{
		File:      datasets.File{Path: "clients.csv"},
		AccountID: datasets.Column{Column: "client"},
		CreatedAt: datasets.Column{Column: "signup", Format: "%d.%m.%Y"},
	}}
	tables, err := datasets.Read(context.Background(), dir, sources, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	account := tables.Accounts[0]
	fmt.Println(account.ID, account.CreatedAt.Format(time.DateOnly), tables.Attributes[0].Name, account.Attributes[0].Text)
	fmt.Println(tables.Renewals[0].Outcome)
	// Output:
	// A-1 2024-01-31 plan pro
	// renewed
}

// An error about data names file, row, column and rule.
func ExampleContractError() {
	dir := folder(map[string]string{
		"accounts.csv": "account_id,created_at\nA-1,2024-01-31\n",
		"events.csv":   "account_id,type,at\nA-1,login,2024-02-01\n",
		"renewals.csv": "account_id,due_on,outcome\nA-1,2025-01-31,perhaps\n",
	})
	defer os.RemoveAll(dir)
	_, err := datasets.Read(context.Background(), dir, datasets.Sources{}, options)
	var broken *datasets.ContractError
	if errors.As(err, &broken) {
		p := broken.Problems[0]
		fmt.Printf("%s, row %d, %s: %s, found %q\n", p.File, p.Row, p.Column, p.Rule, p.Value)
	}
	// Output: renewals.csv, row 1, outcome: is not one of renewed, churned and open, found "perhaps"
}
