package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// serveHead answers HEAD as GET, without the body (RFC 9110, 9.3.2).
func (s *Server) serveHead(w http.ResponseWriter, r *http.Request) {
	get := *r
	get.Method = http.MethodGet
	s.echo.ServeHTTP(headWriter{w}, &get)
}

// headWriter drops the body.
type headWriter struct{ http.ResponseWriter }

// Write drops p and returns its length.
func (headWriter) Write(p []byte) (int, error) { return len(p), nil }

// allowHead adds HEAD to the methods of a route that allows GET.
func allowHead(header http.Header) {
	allow := header.Get(echo.HeaderAllow)
	for method := range strings.SplitSeq(allow, ", ") {
		if method == http.MethodGet {
			header.Set(echo.HeaderAllow, allow+", "+http.MethodHead)
			return
		}
	}
}
