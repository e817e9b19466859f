import pytest

from ingestio.stack.errors import StackError
from ingestio.stack.given import Given, given_urls


def test_nothing_is_given_by_an_empty_environment():
    assert given_urls({"INGESTIO_S3_URL": ""}) == Given(postgres=None, rabbitmq=None, s3=None)


def test_urls_of_the_environment_are_taken_as_they_are():
    environ = {
        "INGESTIO_POSTGRES_URL": "postgresql://boss:pw@db:5432/postgres",
        "INGESTIO_RABBITMQ_URL": "amqp://user:pw@broker:5672/vhost",
        "INGESTIO_S3_URL": "http://key:secret@store:9000/bucket",
    }

    assert list(vars(given_urls(environ)).values()) == list(environ.values())


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("INGESTIO_POSTGRES_URL", "mysql://boss:hush@db/postgres"),
        ("INGESTIO_POSTGRES_URL", "postgresql://db/postgres"),
        ("INGESTIO_RABBITMQ_URL", "broker:5672"),
        ("INGESTIO_S3_URL", "http://key:hush@store:9000"),
        ("INGESTIO_S3_URL", "s3://bucket"),
    ],
)
def test_a_url_that_cannot_be_meant_is_named_with_an_example_and_without_its_password(name: str, url: str):
    with pytest.raises(StackError, match=f"{name} .* should look like") as problem:
        given_urls({name: url})

    assert "hush" not in str(problem.value)
