package history_test

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/etappe/etappe/serve/history"
)

// A server that is not there is named so, and the password of its address is not.
func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	_, err = history.Open(ctx, "postgres://ada:geheim@"+at+"/none?sslmode=disable", history.Options{Clock: time.Now})
	if !errors.Is(err, history.ErrUnreachable) || strings.Contains(err.Error(), "geheim") {
		t.Errorf("nobody listens: %v", err)
	}
}
