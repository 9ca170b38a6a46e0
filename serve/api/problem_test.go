package api

import (
	"net/http"
	"testing"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
)

func TestStatusOf(t *testing.T) {
	for err, want := range map[error]int{history.ErrNotFound: http.StatusNotFound, errPanic: http.StatusInternalServerError, account.ErrNotReady: http.StatusServiceUnavailable} {
		if got := StatusOf(err); got != want {
			t.Errorf("%v has the status %d", err, got)
		}
	}
}
