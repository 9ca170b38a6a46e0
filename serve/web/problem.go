package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/api"
)

// errNotFound is returned where a page has nothing to show for its address.
var errNotFound = errors.New("nothing is kept at this address")

// errQuery is wrapped where a parameter of the address is not understood.
var errQuery = errors.New("the address is not understood")

// problem is the error page's dot.
type problem struct {
	Status      int
	Title, Text string
}

// statusOf is the status of an error.
func statusOf(err error) int {
	switch {
	case errors.Is(err, errNotFound):
		return http.StatusNotFound
	case errors.Is(err, errForeign):
		return http.StatusForbidden
	case errors.Is(err, errQuery):
		return http.StatusBadRequest
	case errors.Is(err, account.ErrNoHistory):
		return http.StatusServiceUnavailable // nothing is wrong with the address
	}
	switch status := api.StatusOf(err); status {
	case http.StatusUnprocessableEntity, http.StatusMethodNotAllowed:
		return http.StatusBadRequest
	default:
		return status
	}
}

// fail answers with a page that shows what went wrong, as far as the reader can
// do something about it; the rest goes to the log.
func (v *visit) fail(err error) error {
	if v.Response().Committed {
		return err
	}
	status := statusOf(err)
	if status == http.StatusInternalServerError || api.OfStore(err) {
		v.site.log.Error("page failed", "request_id", v.Response().Header().Get(echo.HeaderXRequestID),
			"route", v.Path(), "error", err.Error())
	}
	key := "error." + strconv.Itoa(status)
	if status == http.StatusServiceUnavailable && !errors.Is(err, account.ErrNoHistory) {
		key = "error.unavailable"
	}
	if errors.Is(err, errForeign) {
		key = "error.foreign"
	}
	if !v.words.Has(key + ".title") {
		key = "error.500"
	}
	body := problem{Status: status, Title: v.words.T(key + ".title"), Text: v.words.T(key + ".text")}
	return v.send(status, "error", page{Title: body.Title, Body: body})
}
