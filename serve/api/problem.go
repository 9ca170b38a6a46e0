package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
)

// Sentinels, matched with errors.Is.
var (
	// ErrSyntax: a request's body is not JSON in UTF-8.
	ErrSyntax = errors.New("the body is not readable")
	// ErrRequest: a request's body breaks the contract; the error is
	// a *RequestError.
	ErrRequest = errors.New("the request breaks the contract")
	// ErrQuery: a query parameter is unknown or has an unknown value.
	ErrQuery = errors.New("the query is not understood")
	// ErrMediaType: a body is not declared as JSON.
	ErrMediaType = errors.New("the body's media type is not supported")
	// ErrTooLarge: a body is larger than the server reads.
	ErrTooLarge = errors.New("the body is too large")
)

// Problem is an error over HTTP (RFC 9457). Type is a URN: it identifies the
// kind of problem and leads nowhere.
type Problem struct {
	Type     string  `json:"type"`
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail,omitempty"`
	Instance string  `json:"instance,omitempty"` // the request's id, as a URN
	Errors   []Fault `json:"errors,omitempty"`   // the first 20 faults of a body
	Total    int     `json:"total,omitempty"`    // all faults, those left out included
	// Nearest are the dates, 2006-01-02, around one at which nothing is stored.
	Nearest []string `json:"nearest,omitempty"`
}

// problemTable is the status that a sentinel has over HTTP. The first that
// matches wins. An error that matches none is ours: 500, and its text stays in
// the log.
var problemTable = []struct {
	err    error
	status int
	slug   string
}{
	{ErrSyntax, http.StatusBadRequest, "syntax"},
	{ErrQuery, http.StatusBadRequest, "query"},
	{history.ErrCursor, http.StatusBadRequest, "cursor"},
	{account.ErrNoHistory, http.StatusNotFound, "no-history"},
	{account.ErrNoSnapshot, http.StatusNotFound, "no-snapshot"},
	{history.ErrNotFound, http.StatusNotFound, "unknown"},
	{echo.ErrNotFound, http.StatusNotFound, "not-found"},
	{echo.ErrMethodNotAllowed, http.StatusMethodNotAllowed, "method-not-allowed"},
	{account.ErrModelGone, http.StatusGone, "model-gone"},
	{ErrTooLarge, http.StatusRequestEntityTooLarge, "too-large"},
	{ErrMediaType, http.StatusUnsupportedMediaType, "media-type"},
	{ErrRequest, http.StatusUnprocessableEntity, "request"},
	{account.ErrDates, http.StatusUnprocessableEntity, "dates"},
	{account.ErrOneDate, http.StatusNotFound, "one-date"},
	{account.ErrReference, http.StatusUnprocessableEntity, "reference"},
	{history.ErrInput, http.StatusUnprocessableEntity, "refused"},
	{account.ErrNotReady, http.StatusServiceUnavailable, "not-ready"},
	{history.ErrBusy, http.StatusServiceUnavailable, "busy"},
	{history.ErrReadOnly, http.StatusForbidden, "read-only"},
	{history.ErrDenied, http.StatusServiceUnavailable, "denied"},
	{history.ErrUnreachable, http.StatusServiceUnavailable, "unreachable"},
	{history.ErrFull, http.StatusInsufficientStorage, "full"},
}

// storeDetails replace, by slug, the text of an error that would name hosts, roles or
// files: the cause, and the way out.
var storeDetails = map[string]string{
	"read-only":   "the history may only be read here: whoever runs the server makes its file and folder writable, or names another history; reading works",
	"denied":      "the server's role lacks a right on its database: whoever runs it grants SELECT, INSERT, UPDATE and DELETE on the tables",
	"unreachable": "the history's database does not answer: try again; POST /v1/predict without store works meanwhile",
}

// problemOf turns an error into the document that its caller may see.
func problemOf(err error, requestID string) Problem {
	p := Problem{Type: problemType("internal"), Status: http.StatusInternalServerError}
	for _, entry := range problemTable {
		if errors.Is(err, entry.err) {
			p.Type, p.Status, p.Detail = problemType(entry.slug), entry.status, storeDetails[entry.slug]
			break
		}
	}
	p.Title = http.StatusText(p.Status)
	var he *echo.HTTPError
	switch {
	case p.Status == http.StatusInternalServerError:
		p.Detail = "the server failed to answer; its log has more under the request's id"
	case p.Detail == "" && !errors.As(err, &he):
		p.Detail = err.Error()
	}
	var dates *account.DateError
	if errors.As(err, &dates) {
		for _, date := range dates.Nearest {
			p.Nearest = append(p.Nearest, date.Format(time.DateOnly))
		}
	}
	var request *RequestError
	if errors.As(err, &request) {
		p.Errors, p.Total = request.Faults, request.Total
	}
	if requestID != "" {
		p.Instance = "urn:etappe:request:" + requestID
	}
	return p
}

func problemType(slug string) string { return "urn:etappe:problem:" + slug }

// handleError answers with a problem document, and logs what is our fault.
func (s *Server) handleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := problemOf(err, requestID(c))
	if p.Status == http.StatusInternalServerError || OfStore(err) {
		s.log.Error("request failed", "request_id", requestID(c), "method", c.Request().Method,
			"route", c.Path(), "error", err.Error())
	}
	if p.Status == http.StatusMethodNotAllowed {
		allowHead(c.Response().Header())
	}
	body, err := json.Marshal(p)
	if err == nil {
		err = c.Blob(p.Status, problemMedia, body)
	}
	if err != nil {
		s.log.Warn("answer not sent", "request_id", requestID(c), "error", err.Error())
	}
}

const problemMedia = "application/problem+json"

// StatusOf returns the HTTP status of an error; 500 for one
// that is not a caller's doing.
func StatusOf(err error) int { return problemOf(err, "").Status }

// OfStore reports whether an error is one of the history's own state, which whoever
// runs the server has to mend: its answer names the cause, and the log has the rest.
func OfStore(err error) bool {
	return errors.Is(err, history.ErrReadOnly) || errors.Is(err, history.ErrDenied) || errors.Is(err, history.ErrUnreachable) || errors.Is(err, history.ErrFull)
}
