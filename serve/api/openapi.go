package api

import (
	_ "embed"
	"net/http"

	"github.com/labstack/echo/v4"
)

// openAPIDocument describes every route (OpenAPI 3.1). It is written by hand;
// the tests hold the routes and their real answers against it.
//
//go:embed openapi.json
var openAPIDocument []byte

func openAPI(c echo.Context) error { return c.JSONBlob(http.StatusOK, openAPIDocument) }
