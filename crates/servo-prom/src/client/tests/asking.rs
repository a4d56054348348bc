//! What is asked, and how often.

use std::time::Duration as Time;

use futures::future::join_all;

use super::*;

fn range(start: i64, end: i64) -> Range {
    Range { start: at(start), end: at(end) }
}

#[tokio::test(start_paused = true)]
async fn a_query_is_posted_with_its_time_and_how_long_it_may_take() {
    let server = Server::of([Reply::json(200, ONE)]);
    let answer = client(&server).query("sum(up{job=\"a&b\"}) > 1", at(1_577_836_800_250)).await.unwrap();
    assert_eq!(answer.series[0].points, [(at(10_000), 1.0)]);
    let seen = server.last();
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str(), seen.query.as_str()),
        ("POST", "/api/v1/query", "")
    );
    assert_eq!(seen.form["query"], "sum(up{job=\"a&b\"}) > 1");
    assert_eq!((seen.form["time"].as_str(), seen.form["timeout"].as_str()), ("1577836800.25", "29"));
    assert_eq!(seen.form.len(), 3);
    assert_eq!(seen.headers["content-type"], "application/x-www-form-urlencoded");
}

#[tokio::test(start_paused = true)]
async fn a_range_is_asked_for_to_the_millisecond() {
    let server = Server::of([Reply::json(200, EMPTY)]);
    let reach = Reach { timeout: Some(Duration::from_millis(2500)), ..reach(URL) };
    let client = Client::new(&reach, Arc::new(outlet(&server))).unwrap();
    client.query_range("up", range(1500, 61_501), Duration::from_millis(500)).await.unwrap();
    let seen = server.last();
    assert_eq!(seen.path, "/api/v1/query_range");
    for (key, value) in [
        ("query", "up"),
        ("start", "1.5"),
        ("end", "61.501"),
        ("step", "0.5"),
        ("timeout", "2.250"),
        ("nocache", "1"),
    ] {
        assert_eq!(seen.form[key], value, "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_range_is_asked_for_in_parts_and_is_one_answer() {
    let server = Server::new(|seen| {
        let number = |key: &str| seen.form[key].parse::<u32>().unwrap();
        let times = (number("start")..=number("end")).step_by(1);
        let points: Vec<_> = times.map(|time| format!("[{time},\"{time}\"]")).collect();
        let result = format!(r#"[{{"metric":{{"a":"b"}},"values":[{}]}}]"#, points.join(","));
        let data = format!(r#"{{"resultType":"matrix","result":{result}}}"#);
        Reply::json(200, &format!(r#"{{"status":"success","data":{data},"infos":["slow"]}}"#))
    });
    let answer =
        client(&server).query_range("up", range(0, 25_000_000), Duration::from_secs(1)).await.unwrap();
    let ends: Vec<_> = server.seen().iter().map(|seen| seen.form["end"].clone()).collect();
    assert_eq!(ends, ["10999", "21999", "25000"]);
    let [series] = &answer.series[..] else { panic!("{} series", answer.series.len()) };
    assert!(series.points.iter().map(|(time, _)| time.as_second()).eq(0..=25_000));
    assert_eq!(answer.infos, ["slow"]);
}

#[tokio::test(start_paused = true)]
async fn where_no_post_is_taken_a_url_is_asked_from_then_on() {
    for status in [404, 405, 501] {
        let server = Server::new(move |seen| match seen.method.as_str() {
            "POST" => Reply::page(status, "<html>no</html>"),
            _ => Reply::json(200, ONE),
        });
        let client = client(&server);
        for _ in 0..2 {
            assert_eq!(client.query("a + b", at(10_000)).await.unwrap().series.len(), 1);
        }
        let methods: Vec<_> = server.seen().iter().map(|seen| seen.method.clone()).collect();
        assert_eq!(methods, ["POST", "GET", "GET"]);
        assert_eq!(server.last().form["query"], "a + b");
    }
    // Where that is not known either, the path is wrong, and that is told.
    let server = Server::of([Reply::page(404, "nowhere")]);
    let client = client(&server);
    assert!(failure(&client, Class::Failed).await.contains("answered 404 Not Found: nowhere"));
    ask(&client).await.unwrap_err();
    let methods: Vec<_> = server.seen().iter().map(|seen| seen.method.clone()).collect();
    assert_eq!(methods, ["POST", "GET", "POST", "GET"]);
}

#[tokio::test(start_paused = true)]
async fn so_many_are_asked_side_by_side() {
    let server = Server::of([Reply::After(Time::from_secs(1), EMPTY.to_owned())]);
    let client = client(&server);
    let answers = join_all((0..50).map(|_| ask(&client))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((server.most_under_way(), server.seen().len()), (8, 50));
}

#[tokio::test(start_paused = true)]
async fn what_was_not_reached_is_tried_once_more_and_not_oftener() {
    let server = Server::of([Reply::json(200, ONE)]);
    let client = client(&server);
    server.refuse(1);
    let begin = tokio::time::Instant::now();
    ask(&client).await.unwrap();
    assert!(begin.elapsed() <= Time::from_secs(1), "{:?}", begin.elapsed());
    let server = Server::of([Reply::json(200, ONE)]);
    server.refuse(2);
    assert!(
        failure(&super::client(&server), Class::Connection)
            .await
            .contains("cannot reach Prometheus at http://localhost:9090")
    );
    assert_eq!(server.dialled(), 2);
    for status in [502, 503, 504] {
        let server = Server::of([Reply::page(status, "<html>"), Reply::json(200, ONE)]);
        ask(&super::client(&server)).await.unwrap();
        let server = Server::of([Reply::page(status, "<html>gone</html>")]);
        assert!(failure(&super::client(&server), Class::Failed).await.contains("gone"));
        assert_eq!(server.seen().len(), 2, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_server_says_of_a_query_stands() {
    for (status, kind, tries) in
        [(400, "bad_data", 1), (422, "execution", 1), (503, "timeout", 1), (503, "unavailable", 2)]
    {
        let body = format!(r#"{{"status":"error","errorType":"{kind}","error":"it said so"}}"#);
        let server = Server::of([Reply::json(status, &body)]);
        let message = failure(&client(&server), Class::Failed).await;
        assert_eq!(message, format!("Prometheus query request failed with error '{kind}': it said so"));
        assert_eq!(server.seen().len(), tries, "{status} {kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn targets_are_listed_where_there_is_such_a_list() {
    let body = r#"{"status":"success","data":{"activeTargets":[{"health":"up","scrapePool":"p"}]}}"#;
    let server = Server::of([Reply::json(200, body)]);
    let targets = client(&server).targets().await.unwrap().unwrap();
    assert_eq!((targets.len(), targets[0].scrape_pool.as_str()), (1, "p"));
    let seen = server.last();
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str(), seen.query.as_str()),
        ("GET", "/api/v1/targets", "state=active")
    );
    let not_found = r#"{"status":"error","errorType":"not_found","error":"no"}"#;
    for reply in [
        Reply::page(404, "<html>"),
        Reply::json(404, not_found),
        Reply::json(405, ""),
        Reply::json(501, "x"),
        Reply::page(200, "<!doctype html>"),
    ] {
        assert_eq!(client(&Server::of([reply])).targets().await.unwrap(), None);
    }
    for reply in [Reply::page(401, "<html>"), Reply::page(500, "<html>"), Reply::json(200, "{}")] {
        assert_eq!(client(&Server::of([reply])).targets().await.unwrap_err().class(), Class::Failed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_is_ready_where_it_says_so_or_answers_a_query() {
    let server = Server::of([Reply::Of(
        200,
        "Content-Type: text/plain".to_owned(),
        "Prometheus Server is Ready.\n".to_owned(),
    )]);
    assert_eq!(client(&server).ready().await.unwrap(), URL);
    assert_eq!((server.last().path.as_str(), server.seen().len()), ("/-/ready", 1));
    for reply in [Reply::page(404, ""), Reply::page(200, "<html>log in</html>"), Reply::json(403, "")] {
        let server = Server::of([reply, Reply::json(200, ONE)]);
        assert_eq!(client(&server).ready().await.unwrap(), URL);
        assert_eq!(server.last().form["query"], "vector(1)");
    }
    let server = Server::of([Reply::page(404, ""), Reply::json(401, "who are you?")]);
    let error = client(&server).ready().await.unwrap_err();
    assert_eq!(error.message(), "http://localhost:9090 answered 401 Unauthorized: who are you?");
    let server = Server::of([Reply::Of(503, "X: y".to_owned(), "Service Unavailable".to_owned())]);
    let error = client(&server).ready().await.unwrap_err();
    assert!(
        error.message().ends_with("is not ready: 503 Service Unavailable: Service Unavailable"),
        "{error}"
    );
}
