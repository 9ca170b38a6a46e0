package infer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/etappe/etappe/datasets/infer"
)

// A file of one row per client with a date of its start is taken for the accounts.
func ExampleSources() {
	dir, err := os.MkdirTemp("", "infer")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{
		"clients.csv":   "client_id,signup,plan\nC-1,2024-01-31,pro\nC-2,2024-02-01,basic\n",
		"contracts.csv": "client_id,start_date,end_date,mrr\nC-1,2024-01-31,2025-01-30,100\nC-2,2024-02-01,2025-01-31,80\n",
		"usage.csv":     "client_id,day,action,person\nC-1,2024-02-05,login,p1\nC-1,2024-02-06,export,p1\nC-2,2024-02-06,login,p2\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			panic(err)
		}
	}
	sources, _, err := infer.Sources(context.Background(), dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sources.Accounts.Path, sources.Accounts.AccountID.Column, sources.Accounts.CreatedAt.Column)
	fmt.Println(sources.Events[0].Path, sources.Events[0].At.Column)
	fmt.Println(sources.Renewals.Path, sources.Renewals.Periods.End.Column)
	// Output:
	// clients.csv client_id signup
	// usage.csv day
	// contracts.csv end_date
}
