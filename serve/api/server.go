package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/etappe/etappe/serve/account"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
)

// ServerOptions tune a Server. Clock is required; elsewhere the zero value
// stands for the default.
type ServerOptions struct {
	Clock       func() time.Time
	Logger      *slog.Logger  // nil: nothing is logged
	MaxBody     int64         // bytes of a request's body; 0: 32 MiB
	MaxAccounts int           // accounts of a request; 0: 10,000
	Grace       time.Duration // for requests under way when the server ends; 0: 10 s
	// History is where answers are stored; nil: nowhere, and a request that needs
	// one gets the problem no-history.
	History *history.Store
	// Models loads an older model by its version; nil: there are none.
	Models func(version string) (*score.Scorer, error)
}

func (o ServerOptions) withDefaults() ServerOptions {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MaxBody == 0 {
		o.MaxBody = 32 << 20
	}
	if o.MaxAccounts == 0 {
		o.MaxAccounts = 10_000
	}
	if o.Grace == 0 {
		o.Grace = 10 * time.Second
	}
	return o
}

// Timeouts of a connection.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 64 << 10
)

// Server serves a Scorer's answers over HTTP. It may be used by any number of
// goroutines.
type Server struct {
	echo     *echo.Echo
	accounts *account.Service
	scorer   atomic.Pointer[inService]
	ending   atomic.Bool
	count    atomic.Uint64 // requests so far, for their ids
	started  string        // start of every request's id
	options  ServerOptions
	log      *slog.Logger
}

// NewServer makes a server. It is not ready until Swap brings a scorer.
func NewServer(o ServerOptions) *Server {
	o = o.withDefaults()
	s := &Server{echo: echo.New(), options: o, log: o.Logger}
	s.started = strconv.FormatInt(o.Clock().UnixMilli(), 36)
	e := s.echo
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.handleError
	e.Pre(s.identify)
	e.Use(s.recoverPanic)
	e.GET("/livez", live)
	e.GET("/readyz", s.ready)
	e.GET("/openapi.json", s.openAPI)
	e.GET("/v1/features", s.features)
	e.GET("/v1/model", s.model)
	e.POST("/v1/predict", s.predict)
	s.accounts = account.New(account.Options{Clock: o.Clock, History: o.History, Current: s.current, Models: o.Models})
	s.accountRoutes(e)
	return s
}

// Accounts answers the questions about stored accounts that the server answers
// over HTTP.
func (s *Server) Accounts() *account.Service { return s.accounts }

// Echo is the router, to hang further routes, such as pages, under the server
// before it runs.
func (s *Server) Echo() *echo.Echo { return s.echo }

// Swap puts another scorer into service and returns the one before. Requests
// under way end with the scorer that they began with. nil: not ready.
func (s *Server) Swap(scorer *score.Scorer) *score.Scorer {
	var next *inService
	if scorer != nil {
		next = &inService{scorer, namesOf(scorer)}
	}
	if before := s.scorer.Swap(next); before != nil {
		return before.Scorer
	}
	return nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		s.serveHead(w, r)
		return
	}
	s.echo.ServeHTTP(w, r)
}

// Run serves connections until ctx ends, then lets requests under way finish
// within the grace period. It closes the listener and returns nil after an
// orderly end.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	s.ending.Store(true)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.Grace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("requests were still under way after %s: %w", s.options.Grace, err), server.Close())
	}
	return nil
}

// serving returns the model in service; ErrNotReady without one.
func (s *Server) serving() (*inService, error) {
	in := s.scorer.Load()
	if in == nil {
		return nil, fmt.Errorf("%w: no model is loaded", account.ErrNotReady)
	}
	return in, nil
}

// current returns the scorer in service; ErrNotReady without one.
func (s *Server) current() (*score.Scorer, error) {
	in, err := s.serving()
	if err != nil {
		return nil, err
	}
	return in.Scorer, nil
}

// now is the present time.
func (s *Server) now() time.Time { return s.options.Clock().UTC() }

// identify gives every request an id: the caller's own X-Request-Id where it
// is short and plain, else one of ours.
func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !plainID(id) {
			id = s.started + "-" + strconv.FormatUint(s.count.Add(1), 10)
		}
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

func plainID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, r := range id {
		if !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_' || r == '.') {
			return false
		}
	}
	return true
}

// errPanic is what a caught panic becomes; callers see a plain 500.
var errPanic = errors.New("panic")

// recoverPanic turns a panic into an error, its stack into a line of the log.
func (s *Server) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			if r == http.ErrAbortHandler {
				panic(r)
			}
			s.log.Error("panic", "request_id", requestID(c), "value", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: %v", errPanic, r)
		}()
		return next(c)
	}
}
