-- The same POST again and again, and a line of JSON about what came of it.
-- wrk ... -- BODY-FILE [HEADER:VALUE ...]
function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  file:close()
  wrk.headers["Content-Type"] = "application/json"
  for i = 2, #arguments do
    local name, value = arguments[i]:match("^([^:]+):(.*)$")
    wrk.headers[name] = value
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  print(string.format(
    'RESULT {"requests": %d, "seconds": %.3f, "bytes": %d, "failed": %d, "p50Ms": %.3f, "p99Ms": %.3f, "maxMs": %.3f}',
    summary.requests, summary.duration / 1e6, summary.bytes, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
