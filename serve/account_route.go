package serve

import (
	"fmt"

	"github.com/labstack/echo/v4"
)

// accountRoutes adds what is answered from the history.
func (s *Server) accountRoutes(e *echo.Echo) {
	e.GET("/v1/accounts", s.listAccounts)
	e.GET("/v1/accounts/:id/health", s.accountHealth)
	e.GET("/v1/accounts/:id/history", s.accountHistory)
	e.GET("/v1/accounts/:id/explanation", s.accountExplanation)
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
	return sendJSON(c, s.accounts.page(page))
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
	h, err := s.accounts.Health(c.Request().Context(), id, asOf, language(c))
	if err != nil {
		return err
	}
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
	reference, err := p.oneOf("reference", string(ReferencePrevious), string(ReferenceCluster), string(ReferenceRenewedPeers))
	if err != nil {
		return err
	}
	from, err := p.date("from")
	if err != nil {
		return err
	}
	if !from.IsZero() && reference != string(ReferencePrevious) {
		return fmt.Errorf("%w: from belongs to the reference previous, not to %s", ErrQuery, reference)
	}
	to, err := p.date("to")
	if err != nil {
		return err
	}
	e, err := s.accounts.Explanation(c.Request().Context(), id, from, to, Reference(reference), language(c))
	if err != nil {
		return err
	}
	return sendJSON(c, e)
}
