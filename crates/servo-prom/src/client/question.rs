//! One request, before it is known who sends it.

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method};
use servo_http::Request;
use url::Url;
use url::form_urlencoded::Serializer;

/// One request, which may be sent more than once.
#[derive(Clone, Debug)]
pub(super) struct Question {
    method: Method,
    url: Url,
    form: String,
}

impl Question {
    /// Asks with a form in the URL.
    pub(super) fn get(mut url: Url, form: &[(&str, &str)]) -> Self {
        if !form.is_empty() {
            url.query_pairs_mut().extend_pairs(form);
        }
        Self { method: Method::GET, url, form: String::new() }
    }

    /// Asks with a form in the body.
    pub(super) fn post(url: Url, form: &[(&str, &str)]) -> Self {
        let form = Serializer::new(String::new()).extend_pairs(form).finish();
        Self { method: Method::POST, url, form }
    }

    /// Makes a request of it.
    pub(super) fn request(&self) -> Request {
        let request = Request::new(self.method.clone(), self.url.clone())
            .header(ACCEPT, HeaderValue::from_static("application/json"));
        if self.method == Method::POST {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            return request.header(CONTENT_TYPE, form).body(self.form.clone());
        }
        request
    }
}
