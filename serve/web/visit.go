package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/text"
)

// visit is one request: who reads, in which language, when.
type visit struct {
	echo.Context
	site  *site
	words Words     // in the reader's language
	now   time.Time // present time, UTC
}

// page is what a handler hands to its template.
type page struct {
	Title   string // of the browser's tab, without the program's name
	Section string // entry of the navigation that the page belongs to: portfolio, clusters, model; "": none
	Body    any    // the template's dot
}

// view is the layout's dot.
type view struct {
	page
	Language  text.Language
	Languages []choice
	Clusters  []choice
	Refused   string // that the gate refused the model in service; ""
}

// choice is a link of a list, of which one may be where the reader is.
type choice struct {
	Label, Href string
	Current     bool
	Lang        string // of the label, where it is not the page's
}

// languageCookie keeps the reader's choice.
const languageCookie = "etappe_lang"

const cookieAge = 365 * 24 * 60 * 60 // seconds

// serve turns a handler into one that echo calls: it finds out the language,
// sets the headers, and makes a page of an error.
func (s *site) serve(handle func(v *visit) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		secure(c.Response().Header())
		l := s.language(c)
		v := &visit{Context: c, site: s, words: s.books[l.String()].words, now: s.options.Clock().UTC()}
		if model, err := s.source.Scorer(); err == nil { // else no cluster is named
			v.words.model = model
		}
		if err := handle(v); err != nil {
			return v.fail(err)
		}
		return nil
	}
}

// language chooses the language of a page: ?lang=, which the reader's browser
// keeps, the cookie of an earlier choice, Accept-Language.
func (s *site) language(c echo.Context) text.Language {
	h := c.Response().Header()
	h.Add(echo.HeaderVary, "Accept-Language")
	h.Add(echo.HeaderVary, "Cookie")
	l := text.Accept(strings.Join(c.Request().Header.Values("Accept-Language"), ","), s.options.languages()...)
	if kept, err := c.Cookie(languageCookie); err == nil && s.books[kept.Value] != nil {
		l = s.books[kept.Value].words.Language
	}
	if chosen := c.QueryParam("lang"); s.books[chosen] != nil {
		l = s.books[chosen].words.Language
		c.SetCookie(&http.Cookie{Name: languageCookie, Value: chosen, Path: "/", MaxAge: cookieAge,
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.IsTLS()})
	}
	h.Set("Content-Language", l.String())
	return l
}

// render answers 200 with the page of a template.
func (v *visit) render(template string, p page) error {
	return v.send(http.StatusOK, template, p)
}

// send answers with a page that is known to be complete before its first byte
// leaves.
func (v *visit) send(status int, template string, p page) error {
	body, err := v.site.books[v.words.String()].write(template, view{
		page: p, Language: v.words.Language, Languages: v.languages(), Clusters: v.clusters(), Refused: v.refused(),
	})
	if err != nil {
		return err
	}
	v.Response().Header().Set(echo.HeaderCacheControl, "private, no-cache")
	return v.HTMLBlob(status, body)
}

// refused is that the gate refused the model in service; "" if it did not.
func (v *visit) refused() string {
	scorer, err := v.site.source.Scorer()
	if err != nil || scorer.Refused() == nil {
		return ""
	}
	list := []score.Warning{*scorer.Refused()}
	v.words.Warnings(list)
	return capitalized(list[0].Text) + "."
}

// languages links the page in every language.
func (v *visit) languages() []choice {
	var list []choice
	for _, l := range v.site.options.languages() {
		list = append(list, choice{Label: l.Name(), Href: v.with("lang", l.String()), Current: l == v.words.Language, Lang: l.String()})
	}
	return list
}

// with is the address of this page with one parameter of its query changed; ""
// takes the parameter out. The reader's language is kept elsewhere, so a lang
// of this request is not handed on.
func (v *visit) with(name, value string) string {
	q := v.Request().URL.Query()
	q.Del("lang")
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	return address(v.Request().URL.Path, q)
}
