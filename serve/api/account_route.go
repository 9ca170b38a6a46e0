package api

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/history"
)

// accountRoutes adds what is answered from the history.
func (s *Server) accountRoutes(e *echo.Echo) {
	e.GET("/v1/accounts", s.listAccounts)
	e.GET("/v1/changes", s.changes)
	e.GET("/v1/accounts/:id/health", s.accountHealth)
	e.GET("/v1/accounts/:id/history", s.accountHistory)
	e.GET("/v1/accounts/:id/explanation", s.accountExplanation)
	e.GET("/v1/accounts/:id/overrides", s.listOverrides)
	e.POST("/v1/accounts/:id/overrides", s.addOverride)
	e.DELETE("/v1/accounts/:id/overrides/:override", s.revokeOverride)
}

// listAccounts answers with a page of the portfolio.
func (s *Server) listAccounts(c echo.Context) error {
	q, err := listQuery(c.Request().URL)
	if err != nil {
		return err
	}
	page, err := s.accounts.List(c.Request().Context(), q)
	if err != nil {
		return err
	}
	return sendJSON(c, s.accounts.Page(page))
}

// changes answers with what changed in the portfolio between two dates.
func (s *Server) changes(c echo.Context) error {
	p, err := parametersOf(c.Request().URL, "from", "to")
	if err != nil {
		return err
	}
	from, err := p.date("from")
	if err != nil {
		return err
	}
	to, err := p.date("to")
	if err != nil {
		return err
	}
	list, err := s.accounts.Changes(c.Request().Context(), from, to)
	if err != nil {
		return err
	}
	return sendJSON(c, list)
}

// accountHealth answers with an account's health at ?as_of=, the latest without.
func (s *Server) accountHealth(c echo.Context) error {
	id, err := pathPart(c, "id")
	if err != nil {
		return err
	}
	p, err := parametersOf(c.Request().URL, "as_of")
	if err != nil {
		return err
	}
	asOf, err := p.date("as_of")
	if err != nil {
		return err
	}
	l := language(c)
	h, err := s.accounts.Health(c.Request().Context(), id, asOf)
	if err != nil {
		return err
	}
	l.Health(h)
	return sendJSON(c, h)
}

// accountHistory answers with all that is stored of an account's scores.
func (s *Server) accountHistory(c echo.Context) error {
	id, err := pathPart(c, "id")
	if err != nil {
		return err
	}
	if _, err := parametersOf(c.Request().URL); err != nil {
		return err
	}
	h, err := s.accounts.History(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return sendJSON(c, h)
}

// accountExplanation answers why an account's score moved.
func (s *Server) accountExplanation(c echo.Context) error {
	id, err := pathPart(c, "id")
	if err != nil {
		return err
	}
	p, err := parametersOf(c.Request().URL, "from", "to", "reference")
	if err != nil {
		return err
	}
	reference, err := p.oneOf("reference", string(explain.ReferencePrevious), string(explain.ReferenceCluster), string(explain.ReferenceRenewedPeers))
	if err != nil {
		return err
	}
	from, err := p.date("from")
	if err != nil {
		return err
	}
	if !from.IsZero() && reference != string(explain.ReferencePrevious) {
		return fmt.Errorf("%w: from belongs to the reference previous, not to %s", ErrQuery, reference)
	}
	to, err := p.date("to")
	if err != nil {
		return err
	}
	l := language(c)
	e, err := s.accounts.Explanation(c.Request().Context(), id, from, to, explain.Reference(reference))
	if err != nil {
		return err
	}
	l.Explanation(e)
	return sendJSON(c, e)
}

// listOverrides answers with every override of an account, ended ones too.
func (s *Server) listOverrides(c echo.Context) error {
	id, err := pathPart(c, "id")
	if err != nil {
		return err
	}
	list, err := s.accounts.AllOverrides(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return sendJSON(c, account.OverrideList{Overrides: list})
}

// addOverride stores a band that a person sets beside the score.
func (s *Server) addOverride(c echo.Context) error {
	id, err := pathPart(c, "id")
	if err != nil {
		return err
	}
	if err := declaredJSON(c.Request().Header); err != nil {
		return err
	}
	body := borrow()
	defer release(body)
	if err := s.read(c, body); err != nil {
		return err
	}
	o, err := decodeOverride(body.Bytes(), s.now())
	if err != nil {
		return err
	}
	o.AccountID = id
	card, err := s.accounts.AddOverride(c.Request().Context(), o)
	if err != nil {
		return err
	}
	return sendJSON(c, card)
}

// revokeOverride ends an override for ?by=; the record of it stays.
func (s *Server) revokeOverride(c echo.Context) error {
	id, err := pathPart(c, "id")
	if err != nil {
		return err
	}
	p, err := parametersOf(c.Request().URL, "by")
	if err != nil {
		return err
	}
	if p["by"] == "" || len(p["by"]) > maxOwnerText {
		return fmt.Errorf("%w: by is the name of who ends the override", ErrQuery)
	}
	override, err := strconv.ParseInt(c.Param("override"), 10, 64)
	if err != nil {
		return fmt.Errorf("%w: override %q of account %q", history.ErrNotFound, clip(c.Param("override")), clip(id))
	}
	if err := s.accounts.RevokeOverride(c.Request().Context(), id, override, p["by"]); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
