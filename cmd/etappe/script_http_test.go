package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// request starts the service of a registry, sends one request and stops it. Status and
// answer go to standard output. The variable HISTORY names a history, if there is one:
// http REGISTRY METHOD PATH [BODY]
func request(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: http REGISTRY METHOD PATH [BODY]")
	}
	command := []string{"serve", "--registry", ts.MkAbs(args[0]), "--listen", "127.0.0.1:0"}
	if kept := ts.Getenv("HISTORY"); kept != "" {
		command = append(command, "--history", ts.MkAbs(kept))
	}
	s, err := startService(command...)
	ts.Check(err)
	defer s.interrupt()
	var body io.Reader
	if len(args) > 3 {
		text, err := os.ReadFile(ts.MkAbs(args[3]))
		ts.Check(err)
		body = strings.NewReader(string(text))
	}
	r, err := http.NewRequest(args[1], s.url+args[2], body)
	ts.Check(err)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer response.Body.Close()
	fmt.Fprintln(ts.Stdout(), response.StatusCode)
	_, err = io.Copy(ts.Stdout(), response.Body)
	ts.Check(err)
}
