package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

// status is the answer of the probes.
type status struct {
	Status string `json:"status"`
}

// live answers while the process does.
func live(c echo.Context) error {
	return sendJSON(c, status{"ok"})
}

// ready answers 200 while a model is loaded and the server is not ending.
func (s *Server) ready(c echo.Context) error {
	if s.ending.Load() {
		return fmt.Errorf("%w: it is ending", account.ErrNotReady)
	}
	if _, err := s.current(); err != nil {
		return err
	}
	return sendJSON(c, status{"ok"})
}

func (s *Server) features(c echo.Context) error {
	scorer, err := s.current()
	if err != nil {
		return err
	}
	list := scorer.Features()
	language(c).Features(&list)
	return sendJSON(c, list)
}

func (s *Server) model(c echo.Context) error {
	scorer, err := s.current()
	if err != nil {
		return err
	}
	return sendJSON(c, scorer.Card(s.options.Clock()))
}

// sendJSON answers 200 with a value that is known to be complete before the
// first byte leaves.
func sendJSON(c echo.Context, value any) error {
	buffer := borrow()
	defer release(buffer)
	if err := json.NewEncoder(buffer).Encode(value); err != nil {
		return fmt.Errorf("%w: %w", score.ErrAnswer, err)
	}
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(buffer.Len()))
	return c.JSONBlob(http.StatusOK, buffer.Bytes())
}

// read reads the body up to the limit into a buffer.
func (s *Server) read(c echo.Context, body *bytes.Buffer) error {
	r := c.Request()
	if n := r.ContentLength; n > 0 { // what a caller declares is no reason to take much memory
		body.Grow(int(min(n, flushAt)) + bytes.MinRead)
	}
	_, err := body.ReadFrom(http.MaxBytesReader(c.Response(), r.Body, s.options.MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return fmt.Errorf("%w: at most %d bytes; send the accounts in several requests", ErrTooLarge, tooLarge.Limit)
	case err != nil:
		return fmt.Errorf("%w: it ended early", ErrSyntax)
	}
	return nil
}

// checkMedia refuses a body that is declared as anything but JSON in UTF-8. A
// body without a declaration is taken for JSON.
func checkMedia(header http.Header) error {
	if coding := header.Get(echo.HeaderContentEncoding); coding != "" && coding != "identity" {
		return fmt.Errorf("%w: content encoding %q; send it plain", ErrMediaType, clip(coding))
	}
	declared := header.Get(echo.HeaderContentType)
	if declared == "" {
		return nil
	}
	media, parameters, err := mime.ParseMediaType(declared)
	charset := strings.ToLower(parameters["charset"])
	if err != nil || media != echo.MIMEApplicationJSON || (charset != "" && charset != "utf-8") {
		return fmt.Errorf("%w: %q; send application/json", ErrMediaType, clip(declared))
	}
	return nil
}

// declaredJSON refuses a body that is not declared as JSON, for requests that
// change something: a page of another site can send one only with a declaration
// that the server has to allow beforehand.
func declaredJSON(header http.Header) error {
	if header.Get(echo.HeaderContentType) == "" {
		return fmt.Errorf("%w: what is to be stored is declared; send application/json", ErrMediaType)
	}
	return checkMedia(header)
}

// detailOf reads ?contributions=all|top|none, the only parameter.
func detailOf(u *url.URL) (score.Detail, error) {
	p, err := parametersOf(u, "contributions")
	if err != nil {
		return "", err
	}
	chosen, err := p.oneOf("contributions", "all", "top", "none")
	if chosen == "all" {
		return score.DetailAll, err
	}
	return score.Detail(chosen), err
}

// language chooses the language of the answer and names it in the header.
func language(c echo.Context) text.Language {
	l := text.Accept(strings.Join(c.Request().Header.Values("Accept-Language"), ","))
	c.Response().Header().Set("Content-Language", l.String())
	c.Response().Header().Add(echo.HeaderVary, "Accept-Language")
	return l
}
