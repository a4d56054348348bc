//! What is made of answers that are none.

use std::time::Duration as Time;

use super::*;

async fn told(reply: Reply) -> String {
    failure(&client(&Server::of([reply])), Class::Failed).await
}

#[tokio::test(start_paused = true)]
async fn the_servers_own_words_are_told_whatever_the_status() {
    let body = r#"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error"}"#;
    for status in [200, 400, 422, 500, 404, 302] {
        let message = told(Reply::json(status, body)).await;
        let expected = "Prometheus query request failed with error 'bad_data': invalid parameter \"query\": 1:5: parse error";
        assert_eq!(message, expected, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn words_are_one_line_and_cut_where_nobody_reads_on() {
    let body =
        format!(r#"{{"status":"error","errorType":"execution","error":"two\nlines {}"}}"#, "x".repeat(9000));
    let message = told(Reply::json(422, &body)).await;
    assert!(message.contains("two\\nlines xxx") && message.len() < 4400, "{} bytes", message.len());
    let message = told(Reply::Of(500, "X: y".to_owned(), "x".repeat(9000))).await;
    assert!(message.len() < 4400, "{} bytes", message.len());
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_proxy_is_told_as_what_it_is() {
    let message = told(Reply::page(502, "<html><h1>502 Bad Gateway</h1>\n</html>")).await;
    assert_eq!(
        message,
        "http://localhost:9090 answered 502 Bad Gateway: <html><h1>502 Bad Gateway</h1>\\n</html>"
    );
    let message = told(Reply::page(200, "<html>log in</html>")).await;
    assert!(
        message
            .contains("answered 200 OK with what is no answer of Prometheus, since it is a page for people"),
        "{message}"
    );
    let message = told(Reply::Of(401, "WWW-Authenticate: Basic".to_owned(), String::new())).await;
    assert_eq!(message, "http://localhost:9090 answered 401 Unauthorized");
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_not_followed_and_says_where_it_leads() {
    let location = format!("Location: https://login.example.com/auth?state={CANARY}");
    let server = Server::of([Reply::Of(302, location, String::new())]);
    let message = failure(&client(&server), Class::Failed).await;
    let expected = "http://localhost:9090 answered 302 Found: it sends to `https://login.example.com/auth`, and \
                    redirects are not followed";
    assert_eq!(message, expected);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_ends_too_early_is_none() {
    // Whole as HTTP, and cut as JSON.
    let message = told(Reply::json(200, &ONE[..ONE.len() - 2])).await;
    assert!(message.contains("it ends in the middle, after"), "{message}");
    assert!(told(Reply::json(200, "")).await.contains("since it is empty"));
    // Cut as HTTP.
    let raw = format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{ONE}");
    let server = Server::of([Reply::Raw(raw.into_bytes())]);
    let message = failure(&client(&server), Class::Connection).await;
    assert!(
        message.starts_with("the connection to Prometheus at http://localhost:9090 broke off"),
        "{message}"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_http_is_told() {
    let server = Server::of([Reply::Raw(b"SSH-2.0-OpenSSH\r\n".to_vec())]);
    failure(&client(&server), Class::Connection).await;
}

#[tokio::test(start_paused = true)]
async fn a_body_over_the_cap_is_not_read() {
    let server = Server::of([Reply::json(200, &" ".repeat(5000))]);
    let small = Outlet { max_body: Some(4096), ..outlet(&server) };
    let error = ask(&Client::new(&reach(URL), Arc::new(small)).unwrap()).await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert!(error.help().is_some_and(|help| help.contains("settings.max_body")), "{error:?}");
    // What is larger than the cap of other answers is read.
    let large = ONE.replace(':', &format!(":{}", " ".repeat(700_000)));
    assert!(large.len() > 2 << 20);
    ask(&client(&Server::of([Reply::json(200, &large)]))).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_slow_server_is_waited_for_as_long_as_configured() {
    let server = Server::of([Reply::Silence]);
    let reach = Reach { timeout: Some(Duration::from_secs(5)), ..reach(URL) };
    let client = Client::new(&reach, Arc::new(outlet(&server))).unwrap();
    let begin = tokio::time::Instant::now();
    let message = failure(&client, Class::Connection).await;
    assert!(message.starts_with("Prometheus at http://localhost:9090 did not answer in time"), "{message}");
    assert_eq!(begin.elapsed().as_secs(), 5);
    assert_eq!(server.seen().len(), 1, "it may be at work on the first");
    // It begins to answer, and stops.
    let server = Server::of([Reply::After(Time::from_secs(4), EMPTY.to_owned())]);
    ask(&Client::new(&reach, Arc::new(outlet(&server))).unwrap()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_range_that_is_no_range_is_not_asked_for() {
    let server = Server::of([Reply::json(200, EMPTY)]);
    let range = Range { start: at(2000), end: at(1000) };
    client(&server).query_range("up", range, Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(server.dialled(), 0);
}
